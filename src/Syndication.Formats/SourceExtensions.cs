using Google.Protobuf;
using Syndication.V1;
using Extension = Syndication.V1.Extension;

namespace Syndication.Formats;

/// <summary>What a format brought and no field models: one extension for each format, under the format's own namespace.</summary>
internal static class SourceExtensions
{
    public static void Put(Article article, string name, string mediaType, byte[] content) =>
        article.Extensions.Add(new Extension { Namespace = name, MediaType = mediaType, Content = ByteString.CopyFrom(content) });

    /// <returns>Null where there is none.</returns>
    public static ReadOnlyMemory<byte>? Find(Article article, string name, string mediaType) =>
        article.Extensions.FirstOrDefault(extension => extension.Namespace == name && extension.MediaType == mediaType)?.Content.Memory;
}
