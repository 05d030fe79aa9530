using System.Reflection;

namespace Syndication.SqlServer.Tests;

/// <summary>Every statement of the store, found by reflection.</summary>
internal static class Statements
{
    public static IReadOnlyList<(string Name, Statement Statement)> All { get; } =
    [
        .. typeof(Statement).Assembly.GetTypes()
            .SelectMany(type => type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Where(field => field.FieldType == typeof(Statement))
            .Select(field => ($"{field.DeclaringType!.Name}_{field.Name}", (Statement)field.GetValue(null)!)),
    ];

    public static TheoryData<string> Names => [.. All.Select(statement => statement.Name)];

    public static Statement Named(string name) => All.Single(statement => statement.Name == name).Statement;
}
