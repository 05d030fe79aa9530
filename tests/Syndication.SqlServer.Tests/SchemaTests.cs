using System.Reflection;
using Microsoft.SqlServer.Dac.Model;
using SchemaTableType = Microsoft.SqlServer.Dac.Model.TableType;

namespace Syndication.SqlServer.Tests;

/// <summary>Migrations and statements fit each other, as far as a compiler can tell.</summary>
public sealed class SchemaTests
{
    [Fact]
    public void Every_statement_compiles_against_the_migrations()
    {
        Assert.NotEmpty(Statements.All);
        var problems = SqlModel.Problems(SqlModel.Definitions(), Statements.All.Concat(SqlModel.Insertions()));
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [InlineData("SELECT e.numbr FROM dbo.log_entries AS e WHERE e.number = @number;")]
    [InlineData("SELECT e.number FROM dbo.log_entrys AS e WHERE e.number = @number;")]
    [InlineData("SELECT number FROM dbo.log_entries AS e JOIN dbo.article_versions AS v ON v.number = e.content_number;")]
    [InlineData("INSERT INTO dbo.token_keys (key_id, secrets) VALUES (1, 0x00);")]
    [InlineData("UPDATE dbo.log_state SET heads = 1 WHERE id = 1;")]
    public void A_statement_that_does_not_fit_is_found(string text) =>
        Assert.NotEmpty(SqlModel.Problems(SqlModel.Definitions(), [("broken", new Statement(text, Parameter.BigInt("number")))]));

    [Fact]
    public void A_migration_that_does_not_fit_is_found()
    {
        Assert.NotEmpty(SqlModel.Problems([.. SqlModel.Definitions(), "CREATE INDEX ix_broken ON dbo.articles (no_such_column);"], []));
        Assert.NotEmpty(SqlModel.Problems(SqlModel.Definitions().Where(text => !text.Contains("TABLE dbo.streams ", StringComparison.Ordinal)), Statements.All));
    }

    [Fact]
    public void A_parameter_that_is_not_declared_is_found()
    {
        var statement = new Statement("SELECT t.secret FROM dbo.token_keys AS t WHERE t.key_id = @keyId;");

        Assert.Throws<DacModelException>(() => SqlModel.Problems(SqlModel.Definitions(), [("broken", statement)]));
    }

    [Fact]
    public void The_table_types_are_those_of_the_schema()
    {
        using var model = new TSqlModel(SqlServerVersion.Sql150, new TSqlModelOptions());
        foreach (var definition in SqlModel.Definitions())
        {
            model.AddObjects(definition);
        }

        var inSchema = model.GetObjects(DacQueryScopes.UserDefined, SchemaTableType.TypeClass).ToDictionary(
            type => string.Join('.', type.Name.Parts),
            type => string.Join(", ", type.GetReferenced(SchemaTableType.Columns).Select(ColumnOf)));
        var inCode = typeof(TableTypes).GetFields(BindingFlags.Static | BindingFlags.Public)
            .Select(field => (TableType)field.GetValue(null)!)
            .ToDictionary(type => type.Name, type => string.Join(", ", type.Columns.Select(ColumnOf)));

        Assert.Equal(inSchema.OrderBy(pair => pair.Key), inCode.OrderBy(pair => pair.Key));
    }

    private static string ColumnOf(TSqlObject column)
    {
        var type = column.GetReferenced(TableTypeColumn.DataType).Single().Name.Parts[^1];
        var size = column.GetProperty<bool>(TableTypeColumn.IsMax) ? -1 : column.GetProperty<int>(TableTypeColumn.Length);
        return $"{column.Name.Parts[^1]} {type}{(size == 0 ? "" : $"({size})")}";
    }

    private static string ColumnOf(Microsoft.Data.SqlClient.Server.SqlMetaData column)
    {
        var type = column.SqlDbType.ToString().ToLowerInvariant();
        return $"{column.Name} {type}{(type.Contains("char", StringComparison.Ordinal) || type.Contains("binary", StringComparison.Ordinal) ? $"({column.MaxLength})" : "")}";
    }
}
