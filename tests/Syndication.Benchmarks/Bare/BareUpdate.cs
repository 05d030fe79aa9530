using Google.Protobuf;
using Syndication.V1;

namespace Syndication.Benchmarks.Bare;

/// <summary>Makes the bytes of an update out of those of a publish request, without decoding the article.</summary>
internal static class BareUpdate
{
    /// <summary>An <c>UpdateBatch.updates</c> field with what the server sends: ids, times, the article and the fields that it sets.</summary>
    public static byte[] Of(byte[] publishRequest)
    {
        var article = ArticleOf(publishRequest);
        var id = new CodedInputStream(article);
        id.ReadTag();
        var update = new Update
        {
            UpdateId = Guid.NewGuid().ToString("N"),
            Kind = UpdateKind.Published,
            ArticleId = id.ReadString(),
            Version = 1,
            CommitTime = new() { Seconds = 1_767_225_600, Nanos = 123_456_000 },
        };
        var serverFields = new Article { Version = 1, Status = ArticleStatus.Usable, Change = ChangeType.New, FirstPublishedTime = update.CommitTime, VersionTime = update.CommitTime };
        var articleLength = article.Length + serverFields.CalculateSize();
        var length = update.CalculateSize() + 1 + CodedOutputStream.ComputeLengthSize(articleLength) + articleLength;
        var bytes = new byte[1 + CodedOutputStream.ComputeLengthSize(length) + length];
        var output = new CodedOutputStream(bytes);
        output.WriteTag(UpdateBatch.UpdatesFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength(length);
        update.WriteTo(output);
        output.WriteTag(Update.ArticleFieldNumber, WireFormat.WireType.LengthDelimited);
        output.WriteLength(articleLength);
        serverFields.WriteTo(output);
        article.CopyTo(bytes, bytes.Length - article.Length);
        return bytes;
    }

    private static byte[] ArticleOf(byte[] publishRequest)
    {
        var input = new CodedInputStream(publishRequest);
        while (WireFormat.GetTagFieldNumber(input.ReadTag()) is var field and not 0)
        {
            if (field == PublishArticleRequest.ArticleFieldNumber)
            {
                return input.ReadBytes().ToByteArray();
            }

            input.SkipLastField();
        }

        throw new ArgumentException("The request has no article.", nameof(publishRequest));
    }
}
