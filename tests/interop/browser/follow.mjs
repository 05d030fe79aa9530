// Follows a stream in a page over a line that breaks, and writes what the page processed: the client of shared/cuts.py.
import { open } from './chromium.mjs';

const browser = await open();
const settings = { server: `http://${process.env.SYNDICATION_LINE}`, stream: process.env.SYNDICATION_STREAM, via: process.argv[3] };
await browser.visit(process.argv[2], settings, page => page.exposeFunction('report', line => console.log(line)));
