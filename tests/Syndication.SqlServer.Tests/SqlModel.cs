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

    /// <summary>What the migrations define in the end; what they insert is checked as a statement.</summary>
    /// <remarks>A model knows no changes, so they are carried out here: added columns go into their table, dropped types go.</remarks>
    public static IReadOnlyList<string> Definitions()
    {
        var definitions = new List<TSqlStatement>();
        foreach (var statement in Parts(isDefinition: true).Select(part => ((TSqlScript)Parse(part)).Batches.Single().Statements.Single()))
        {
            switch (statement)
            {
                case AlterTableAddTableElementStatement added:
                    var table = definitions.OfType<CreateTableStatement>().Single(created => NameOf(created.SchemaObjectName) == NameOf(added.SchemaObjectName));
                    foreach (var column in added.Definition.ColumnDefinitions)
                    {
                        table.Definition.ColumnDefinitions.Add(column);
                    }

                    break;
                case DropTypeStatement dropped:
                    Assert.Equal(1, definitions.RemoveAll(created => created is CreateTypeStatement type && NameOf(type.Name) == NameOf(dropped.Name)));
                    break;
                default:
                    definitions.Add(statement);
                    break;
            }
        }

        return [.. definitions.Select(Write)];
    }

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

    private static string NameOf(SchemaObjectName name) => string.Join('.', name.Identifiers.Select(part => part.Value));

    private static string Write(TSqlStatement statement)
    {
        new Sql150ScriptGenerator().GenerateScript(statement, out var text);
        return text;
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
