using CsCheck;
using Syndication.Articles;

namespace Syndication.Tests.Articles;

public sealed class LanguageTagTests
{
    [Theory]
    [InlineData("fr")]
    [InlineData("FR-ca")]
    [InlineData("zh-Hant-TW")]
    [InlineData("sr-Latn")]
    [InlineData("es-419")]
    [InlineData("und")]
    [InlineData("gsw")]
    [InlineData("zh-yue-HK")]
    [InlineData("sl-rozaj-biske-1994")]
    [InlineData("de-CH-1901")]
    [InlineData("sq-XK")]
    [InlineData("en-u-ca-gregory")]
    [InlineData("fr-x-a")]
    public void A_well_formed_tag_of_known_subtags_is_good(string tag) => Assert.Null(LanguageTag.FindProblem(tag));

    [Theory]
    [InlineData("")]
    [InlineData("xx-yy")]
    [InlineData("french")]
    [InlineData("fr_FR")]
    [InlineData("qq")]
    [InlineData("qaa")]
    [InlineData("fr-")]
    [InlineData("-fr")]
    [InlineData("fr--CA")]
    [InlineData("fr-QQ")]
    [InlineData("fr-999")]
    [InlineData("fr-Abcd")]
    [InlineData("fr-CA-FR")]
    [InlineData("fr-CA-Latn")]
    [InlineData("en-u")]
    [InlineData("en-u-x-a")]
    [InlineData("fr-abcdefghi")]
    [InlineData("i-klingon")]
    [InlineData("x-private")]
    [InlineData("fr ")]
    public void Another_tag_is_refused(string tag) => Assert.NotNull(LanguageTag.FindProblem(tag));

    [Theory]
    [InlineData("fr", "fr", true)]
    [InlineData("fr", "fr-CA", true)]
    [InlineData("FR", "fr-ca", true)]
    [InlineData("fr", "frr", false)]
    [InlineData("fr-CA", "fr", false)]
    [InlineData("zh-TW", "zh-Hant-TW", false)]
    [InlineData("*", "de", true)]
    public void A_range_matches_tags_that_go_on_after_it(string range, string tag, bool matches) =>
        Assert.Equal(matches, LanguageTag.Matches(range, tag));

    [Fact]
    public void Any_text_is_answered() =>
        Gen.String[Gen.Char["frzhCA419-xu_é\0"], 0, 30].Sample(text =>
        {
            // A good tag is also a good range.
            Assert.True(LanguageTag.FindProblem(text) is not null || LanguageTag.IsRange(text));
        });
}
