-- Segments are merged when there are eight of a size, not four: measured, a sixth of the time that an article takes to be indexed
-- and a quarter of what is written. A search looks into some more of them.
INSERT INTO public_text (public_text, rank) VALUES ('automerge', 8);
INSERT INTO held_text (held_text, rank) VALUES ('automerge', 8);
