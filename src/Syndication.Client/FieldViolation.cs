namespace Syndication.Client;

/// <summary>A field of a request that the server refused.</summary>
/// <param name="Field">Its path from the request, such as <c>article.body[3].paragraph.content</c>.</param>
/// <param name="Description">What is wrong with it, for people.</param>
public sealed record FieldViolation(string Field, string Description);
