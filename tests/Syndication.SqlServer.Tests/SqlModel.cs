using Microsoft.SqlServer.Dac.Model;
using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Syndication.SqlServer.Tests;

/// <summary>The schema that the migrations make, compiled without a server, and what it says of statements.</summary>
internal static class SqlModel
{
    /// <summary>SQL Server 2019: the oldest that the store runs on.</summary>
    private const SqlServerVersion Version = SqlServerVersion.Sql150;

    /// <summary>Of the server's own procedures the one that is used; a model has none of them.</summary>
    private const string ServersOwn =
        """
        CREATE PROCEDURE dbo.sp_getapplock @Resource nvarchar(255), @LockMode varchar(32), @LockOwner varchar(32), @LockTimeout int AS
        RETURN 0;
        """;

    /// <summary>Everything that is wrong with the schema and with procedures made of the statements, with what it is about.</summary>
    public static IReadOnlyList<string> Problems(IEnumerable<string> schema, IEnumerable<(string Name, Statement Statement)> statements)
    {
        using var model = new TSqlModel(Version, new TSqlModelOptions());
        foreach (var definition in schema.Append(ServersOwn))
        {
            model.AddObjects(definition);
        }

        foreach (var (name, statement) in statements)
        {
            model.AddObjects(ProcedureOf(name, statement));
        }

        // Warnings too: an ambiguous or unresolved name is one inside a procedure.
        return [.. model.Validate().Select(message => $"SQL{message.Number}: {message.Message}")];
    }

    /// <summary>The definitions in the migrations; what they insert is checked as a statement.</summary>
    public static IReadOnlyList<string> Definitions() => [.. Parts(isDefinition: true)];

    /// <summary>The migrations' other statements.</summary>
    public static IEnumerable<(string Name, Statement Statement)> Insertions() =>
        Parts(isDefinition: false).Select((text, number) => ($"migration_insertion_{number}", new Statement(text)));

    /// <summary>A statement's text as a procedure with its parameters declared.</summary>
    public static string ProcedureOf(string name, Statement statement) =>
        $"""
        CREATE PROCEDURE dbo.[{name}] {string.Join(", ", statement.Parameters.Select(parameter => parameter.Declaration))}
        AS
        BEGIN
        {statement.Text}
        END
        """;

    public static TSqlFragment Parse(string sql)
    {
        var fragment = new TSql150Parser(initialQuotedIdentifiers: true).Parse(new StringReader(sql), out var errors);
        Assert.True(errors.Count == 0, string.Join('\n', errors.Select(error => $"{error.Line}: {error.Message}")));
        return fragment;
    }

    private static IEnumerable<string> Parts(bool isDefinition)
    {
        foreach (var part in SqlServerMigrator.Scripts().Append("full_text.sql").SelectMany(SqlServerMigrator.Read))
        {
            foreach (var statement in ((TSqlScript)Parse(part)).Batches.SelectMany(batch => batch.Statements))
            {
                // What the guards of the full-text script guard is a definition like any other.
                var inner = statement is IfStatement guard ? guard.ThenStatement : statement;
                if (inner is InsertStatement != isDefinition)
                {
                    yield return part.Substring(inner.StartOffset, inner.FragmentLength);
                }
            }
        }
    }
}
