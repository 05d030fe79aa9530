using Syndication.V1;
using static Syndication.Tests.Changes.Compared;

namespace Syndication.Tests.Changes;

/// <summary>Texts are compared word by word, and each change says what kind of word it is.</summary>
public sealed class WordChangeTests
{
    [Theory]
    [InlineData("Twelve people died.", "Twelve people were hurt.", "died|were hurt:Other")]
    [InlineData("At least 12 people died.", "At least 14 people died.", "12|14:Number")]
    [InlineData("It costs 1,200 euros.", "It costs 1,250.50 euros.", "1,200|1,250.50:Number")]
    [InlineData("The talks begin on 17 June.", "The talks begin on 19 June.", "17|19:Date")]
    [InlineData("The talks begin on 17 June.", "The talks begin on 17 July.", "June|July:Date")]
    [InlineData("He spoke on Monday morning.", "He spoke on Tuesday evening.", "Monday morning|Tuesday evening:Date+Other")]
    [InlineData("On June 17, 2025 it began.", "On June 17, 2026 it began.", "2025|2026:Date")]
    [InlineData("Signed 17/06/2026.", "Signed 18/06/2026.", "17/06/2026|18/06/2026:Date")]
    [InlineData("Signed 2026-06-17 here.", "Signed 2026-06-18 here.", "2026-06-17|2026-06-18:Date")]
    [InlineData("The minister John Smith left.", "The minister John Smyth left.", "Smith|Smyth:Name")]
    [InlineData("A rebuke by NATO followed.", "A rebuke by NASA followed.", "NATO|NASA:Name")]
    [InlineData("Talks failed.", "Meetings failed.", "Talks|Meetings:Other")]
    [InlineData("It is over.", "“It is over.", "|“:Other")]
    [InlineData("They agreed on all of that.", "They agreed on all of that. He paid 5 euros to Anna on Friday.", "| He paid 5 euros to Anna on Friday.:Number+Date+Name+Other")]
    [InlineData("He doesn’t know.", "He didn’t know.", "doesn’t|didn’t:Other")]
    public void English_words_change_by_kind(string older, string newer, string expected) => Assert.Equal(expected, Words(older, newer));

    [Theory]
    [InlineData("fr", "Le 17 juin, à Séoul.", "Le 18 juin, à Séoul.", "17|18:Date")]
    [InlineData("fr", "Le 1er mai 2025.", "Le 1er mai 2026.", "2025|2026:Date")]
    [InlineData("fr", "En juin, 45 morts.", "En juin, 47 morts.", "45|47:Number")]
    [InlineData("fr", "Il y a 12 345 inscrits.", "Il y a 12 346 inscrits.", "12 345|12 346:Number")]
    [InlineData("fr", "Il y a 12\u202F345 inscrits.", "Il y a 12\u202F346 inscrits.", "12\u202F345|12\u202F346:Number")]
    [InlineData("fr", "La fin de l’accord.", "La fin de l’entente.", "accord|entente:Other")]
    [InlineData("fr", "Un appel à l’Élysée.", "Un appel à l’ONU.", "Élysée|ONU:Name")]
    [InlineData("es", "El 1 de mayo.", "El 2 de mayo.", "1|2:Date")]
    [InlineData("de", "Am 3. Oktober kam die Regierung.", "Am 4. Oktober kam die Opposition.", "3|4:Date Regierung|Opposition:Other")]
    [InlineData("de", "So sagt es die NATO.", "So sagt es die UNO.", "NATO|UNO:Name")]
    [InlineData("ja", "首相は6月17日に辞任した。", "首相は7月17日に辞任した。", "6|7:Date")]
    [InlineData("zh", "会议在北京举行。", "会议在上海举行。", "北京|上海:Other")]
    [InlineData("ru", "Встреча 17 июня.", "Встреча 18 июня.", "17|18:Date")]
    [InlineData("ar", "قتل ١٢ شخصا", "قتل ١٤ شخصا", "١٢|١٤:Number")]
    public void Words_are_read_in_the_articles_language(string language, string older, string newer, string expected) =>
        Assert.Equal(expected, Words(older, newer, language));

    [Fact]
    public void A_listed_name_is_one_at_the_start_of_a_sentence_and_in_every_language()
    {
        Assert.Equal("Durand|Dupont:Name", Words("Durand gewann.", "Dupont gewann.", "de", "Marie Durand", "Marie Dupont"));
        Assert.Equal("Durand|Dupont:Other", Words("Durand gewann.", "Dupont gewann.", "de"));
    }

    [Fact]
    public void Positions_count_code_points_and_no_cluster_is_cut()
    {
        var change = Of(
            new Article { Headline = "👩‍👩‍👧 e\u0301t\u00e9 \U0001F600 un" },
            new Article { Headline = "👩‍👩‍👦 e\u0301t\u00e9 \U0001F600 deux" }).Fields.Single();

        Assert.Equal([("👩‍👩‍👧", "👩‍👩‍👦"), ("un", "deux")], change.Edits.Select(edit => (edit.OldText, edit.NewText)));
        Assert.Equal(change.NewValue, Apply(change.Edits, change.OldValue));
    }
}
