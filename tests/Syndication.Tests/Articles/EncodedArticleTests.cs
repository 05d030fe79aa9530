using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Syndication.Articles;
using Syndication.Publishing;
using Syndication.V1;

namespace Syndication.Tests.Articles;

public sealed class EncodedArticleTests
{
    [Fact]
    public void The_parts_of_an_article_make_it_again()
    {
        var article = Sample();

        var encoded = EncodedArticle.Encode(article, 1, ChangeType.New);

        Assert.Equal(article, encoded.Decode());
    }

    [Fact]
    public void Body_and_desk_note_are_in_their_own_parts_alone()
    {
        var encoded = EncodedArticle.Encode(Sample(), 1, ChangeType.New);

        Assert.Equal(new Article { EditorialNote = "Call before use." }, Article.Parser.ParseFrom(encoded.Desk));
        Assert.Equal(new Article { Body = { Sample().Body } }, Article.Parser.ParseFrom(encoded.Body));
        var head = Article.Parser.ParseFrom(encoded.Head);
        Assert.Empty(head.Body);
        Assert.Empty(head.EditorialNote);
    }

    [Fact]
    public void What_the_server_sets_is_left_out()
    {
        var article = Sample();
        article.Version = 7;
        article.Status = ArticleStatus.Withdrawn;
        article.Change = ChangeType.Correction;
        article.FirstPublishedTime = new Timestamp { Seconds = 1 };
        article.VersionTime = new Timestamp { Seconds = 2 };
        article.Advisory = new Advisory { Text = "Kill" };

        var encoded = EncodedArticle.Encode(article, 1, ChangeType.New);

        Assert.Equal(Sample(), encoded.Decode());
        Assert.Equal(7, article.Version);
    }

    [Fact]
    public void Fields_of_a_later_contract_are_kept()
    {
        // Field 2000, a string: no field of this contract.
        var article = Article.Parser.ParseFrom([.. Sample().ToByteArray(), 0x82, 0x7D, 0x02, 0x68, 0x69]);

        Assert.Equal(article, EncodedArticle.Encode(article, 1, ChangeType.New).Decode());
    }

    [Fact]
    public void A_fingerprint_is_that_of_the_request_with_its_id_emptied()
    {
        var request = new PublishArticleRequest { RequestId = "r-1", Article = Sample(), ExpectedVersion = 0, Change = ChangeType.New };

        var fingerprint = LogCommand.FingerprintOf(request, PublishArticleRequest.RequestIdFieldNumber);

        Assert.Equal(Publisher.Fingerprint(request, static copy => copy.RequestId = ""), fingerprint);
        request.Change = ChangeType.Update;
        Assert.NotEqual(fingerprint, LogCommand.FingerprintOf(request, PublishArticleRequest.RequestIdFieldNumber));
    }

    private static Article Sample() => new()
    {
        ArticleId = "a-1",
        Headline = "L’accord est signé",
        Language = "fr",
        EditorialNote = "Call before use.",
        Body = { new Block { Paragraph = new Paragraph { Content = new RichText { Text = "Un." } } }, new Block { Heading = new Heading { Level = 2 } } },
        Extensions = { new V1.Extension { Namespace = "urn:x", MediaType = "text/plain", Content = ByteString.CopyFromUtf8("x") } },
    };
}
