using System.Reflection;
using System.Reflection.Emit;
using Dapper;
using Microsoft.Data.SqlClient;

namespace Syndication.SqlServer.Tests;

/// <summary>
/// That the statements which are checked are all there are. Read out of the compiled code: statements are made in static
/// constructors only, kept in static fields, and nothing but the one class that takes them can send anything.
/// </summary>
public sealed class OnlyWayTests
{
    private static readonly Dictionary<short, OpCode> OpCodes = typeof(OpCodes).GetFields(BindingFlags.Static | BindingFlags.Public)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static readonly IReadOnlyList<MethodBase> Methods =
    [
        .. typeof(SqlServerDatabase).Assembly.GetTypes().SelectMany(type => type
            .GetMembers(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
            .OfType<MethodBase>()),
    ];

    [Fact]
    public void Statements_are_made_once_and_kept_where_reflection_finds_them()
    {
        var makers = Methods.Where(method => Calls(method).Any(called => called is ConstructorInfo && called.DeclaringType == typeof(Statement))).ToList();

        Assert.NotEmpty(makers);
        Assert.All(makers, method => Assert.True(method is ConstructorInfo && method.IsStatic, $"{method.DeclaringType}.{method.Name} makes a statement"));

        // As many as there are fields: none is made in passing, inside another value.
        var made = makers.Sum(method => Calls(method).Count(called => called is ConstructorInfo && called.DeclaringType == typeof(Statement)));
        Assert.Equal(Statements.All.Count, made);
        Assert.Equal(Statements.All.Count, Statements.All.Select(statement => statement.Statement).Distinct().Count());
    }

    [Fact]
    public void Nothing_but_the_database_class_sends_anything()
    {
        var senders = Methods.Where(method => Calls(method).Any(Sends)).Select(method => Outermost(method.DeclaringType!)).Distinct();

        Assert.Equal([typeof(SqlServerDatabase)], senders);
    }

    [Fact]
    public void A_text_that_is_sent_is_a_statements_or_an_embedded_scripts()
    {
        // Two methods set a command's text: one from a statement, one from a part of a migration, which only the migrator has.
        var setters = Methods.Where(method => Calls(method).Any(called => called.Name == "set_CommandText")).ToList();
        var scripts = Methods.Where(method => Calls(method).Any(called => called.Name == "RunScriptAsync" && called.DeclaringType == typeof(SqlServerDatabase)));

        Assert.Equal(2, setters.Count);
        Assert.All(setters, method => Assert.True(
            method.Name == "CommandOf" || method.DeclaringType!.Name.Contains("<RunScriptAsync>", StringComparison.Ordinal), $"{method.DeclaringType}.{method.Name}"));
        Assert.Equal([typeof(SqlServerMigrator)], scripts.Select(method => Outermost(method.DeclaringType!)).Distinct());
    }

    [Fact]
    public void Another_way_would_be_found()
    {
        // The test of the test: methods like those that must not be there.
        var ways = typeof(OtherWays).GetMethods(BindingFlags.Static | BindingFlags.Public | BindingFlags.DeclaredOnly);

        Assert.All(ways, way => Assert.Contains(Calls(way), called => Sends(called) || called.DeclaringType == typeof(Statement)));
    }

    private static bool Sends(MethodBase called) =>
        (called.DeclaringType == typeof(SqlCommand) && called.Name is ".ctor" or "set_CommandText")
        || called.Name is "CreateCommand" or "set_CommandText" or "CreateBatch" or "ChangeDatabase"
        || called.DeclaringType == typeof(SqlBulkCopy) || called.DeclaringType == typeof(SqlDataAdapter) || called.DeclaringType == typeof(SqlBatchCommand)
        || (called.DeclaringType == typeof(SqlMapper) && (called.Name.StartsWith("Query", StringComparison.Ordinal) || called.Name.StartsWith("Execute", StringComparison.Ordinal)));

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    /// <summary>The methods that a method calls, from its compiled code.</summary>
    private static IEnumerable<MethodBase> Calls(MethodBase method)
    {
        if (method.GetMethodBody()?.GetILAsByteArray() is not { } code)
        {
            yield break;
        }

        var typeArguments = method.DeclaringType!.IsGenericType ? method.DeclaringType.GetGenericArguments() : null;
        var methodArguments = method.IsGenericMethod ? method.GetGenericArguments() : null;
        for (var at = 0; at < code.Length;)
        {
            var value = code[at++] is var first && first == 0xFE ? (short)((0xFE << 8) | code[at++]) : first;
            var operation = OpCodes[value];
            if (operation.OperandType is OperandType.InlineMethod or OperandType.InlineTok
                && method.Module.ResolveMember(BitConverter.ToInt32(code, at), typeArguments, methodArguments) is MethodBase called)
            {
                yield return called;
            }

            at += operation.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(code, at)),
                _ => 4,
            };
        }
    }

    private static class OtherWays
    {
        public static object Made() => new Statement("SELECT 1 AS one;");

        public static object Command(SqlConnection connection) => new SqlCommand("SELECT 1 AS one;", connection);

        public static object Created(SqlConnection connection) => connection.CreateCommand();

        public static object Mapped(SqlConnection connection) => connection.Query<int>("SELECT 1 AS one;");

        public static void Copied(SqlConnection connection) => new SqlBulkCopy(connection).WriteToServer(new System.Data.DataTable());
    }
}
