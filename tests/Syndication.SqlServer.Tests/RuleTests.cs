using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Syndication.SqlServer.Tests;

/// <summary>What no statement of the store may contain, although it would compile.</summary>
public sealed class RuleTests
{
    [Theory]
    [MemberData(nameof(Statements.Names), MemberType = typeof(Statements))]
    public void A_statement_keeps_the_rules(string name) => Assert.Empty(Rules.Broken(Statements.Named(name)));

    [Theory]
    [InlineData("SELECT * FROM dbo.streams AS s;", "SELECT *")]
    [InlineData("SELECT s.stream_id FROM streams AS s;", "schema")]
    [InlineData("SELECT s.stream_id FROM dbo.streams AS s WITH (NOLOCK);", "hint")]
    [InlineData("SELECT s.stream_id FROM dbo.streams AS s WITH (UPDLOCK);", "hint")]
    [InlineData("DELETE FROM dbo.streams;", "WHERE")]
    [InlineData("UPDATE dbo.streams SET revision = 1;", "WHERE")]
    [InlineData("MERGE dbo.streams AS s USING dbo.stream_filters AS f ON 1 = 0 WHEN MATCHED THEN DELETE;", "MERGE")]
    [InlineData("INSERT INTO dbo.token_keys VALUES (1, 0x00, 0);", "columns")]
    [InlineData("EXEC (N'SELECT 1');", "text")]
    [InlineData("EXEC sp_executesql N'SELECT 1';", "text")]
    [InlineData("SELECT s.stream_id FROM dbo.streams AS s WHERE s.stream_id = N'x';", "")]
    [InlineData("SELECT @@IDENTITY AS number;", "IDENTITY")]
    [InlineData("SELECT SCOPE_IDENTITY() AS number;", "IDENTITY")]
    [InlineData("SELECT NEXT VALUE FOR dbo.numbers AS number;", "SEQUENCE")]
    public void A_broken_rule_is_found(string text, string rule)
    {
        var broken = Rules.Broken(new Statement(text));
        if (rule.Length == 0)
        {
            Assert.Empty(broken);
            return;
        }

        Assert.Contains(broken, problem => problem.Contains(rule, StringComparison.Ordinal));
    }

    [Fact]
    public void A_parameter_without_a_size_or_one_that_is_not_used_is_found()
    {
        Assert.Contains(
            Rules.Broken(new Statement("SELECT s.revision FROM dbo.streams AS s WHERE s.stream_id = @id;", Parameter.VarChar("id", 0))),
            problem => problem.Contains("size", StringComparison.Ordinal));
        Assert.Contains(
            Rules.Broken(new Statement("SELECT s.revision FROM dbo.streams AS s;", Parameter.Int("id"))),
            problem => problem.Contains("not used", StringComparison.Ordinal));
    }

    [Fact]
    public void No_column_is_numbered_by_the_database()
    {
        // Such numbers are given before the commit: a reader would pass over the slower of two writers.
        Assert.All(SqlModel.Definitions(), definition => Assert.Empty(Rules.Numbered(definition)));
        Assert.NotEmpty(Rules.Numbered("CREATE TABLE dbo.t (number bigint IDENTITY NOT NULL);"));
        Assert.NotEmpty(Rules.Numbered("CREATE TABLE dbo.t (number rowversion NOT NULL);"));
        Assert.NotEmpty(Rules.Numbered("CREATE SEQUENCE dbo.s AS bigint;"));
    }
}

/// <summary>The rules.</summary>
internal static class Rules
{
    public static IReadOnlyList<string> Broken(Statement statement)
    {
        var visitor = new Visitor();
        SqlModel.Parse(statement.Text).Accept(visitor);
        foreach (var parameter in statement.Parameters)
        {
            if (parameter.Type is System.Data.SqlDbType.VarChar or System.Data.SqlDbType.NVarChar or System.Data.SqlDbType.VarBinary && parameter.Size == 0)
            {
                visitor.Problems.Add($"@{parameter.Name} has no size");
            }

            if (!visitor.Variables.Contains($"@{parameter.Name}"))
            {
                visitor.Problems.Add($"@{parameter.Name} is not used");
            }
        }

        return visitor.Problems;
    }

    /// <summary>What of a definition is numbered by the database.</summary>
    public static IReadOnlyList<string> Numbered(string definition)
    {
        var visitor = new NumberVisitor();
        SqlModel.Parse(definition).Accept(visitor);
        return visitor.Problems;
    }

    private sealed class NumberVisitor : TSqlFragmentVisitor
    {
        public List<string> Problems { get; } = [];

        public override void Visit(IdentityOptions node) => Problems.Add("IDENTITY");

        public override void Visit(CreateSequenceStatement node) => Problems.Add("SEQUENCE");

        public override void Visit(ColumnDefinition node)
        {
            if (node.DataType?.Name.BaseIdentifier.Value is { } type && (type.Equals("rowversion", StringComparison.OrdinalIgnoreCase)
                || type.Equals("timestamp", StringComparison.OrdinalIgnoreCase)))
            {
                Problems.Add("rowversion");
            }
        }
    }

    private sealed class Visitor : TSqlFragmentVisitor
    {
        public List<string> Problems { get; } = [];

        public HashSet<string> Variables { get; } = new(StringComparer.OrdinalIgnoreCase);

        public override void Visit(VariableReference node) => Variables.Add(node.Name);

        public override void Visit(SelectStarExpression node) => Problems.Add("SELECT *");

        public override void Visit(MergeStatement node) => Problems.Add("MERGE: its races are well known");

        public override void Visit(TableHint node) => Problems.Add("a table hint: none of them means the same everywhere");

        public override void Visit(CommonTableExpression node) => Problems.Add("a common table expression, where a derived table does");

        public override void Visit(DeleteSpecification node)
        {
            if (node.WhereClause is null)
            {
                Problems.Add("DELETE without WHERE");
            }
        }

        public override void Visit(UpdateSpecification node)
        {
            if (node.WhereClause is null && node.FromClause is null)
            {
                Problems.Add("UPDATE without WHERE");
            }
        }

        public override void Visit(InsertSpecification node)
        {
            if (node.Columns.Count == 0)
            {
                Problems.Add("INSERT that names no columns");
            }
        }

        public override void Visit(NamedTableReference node)
        {
            var table = node.SchemaObject;

            // The target of DELETE and UPDATE by its alias has none; those are short.
            if (table.SchemaIdentifier is null && table.BaseIdentifier.Value is { Length: > 1 } name && name[0] != '#')
            {
                Problems.Add($"{name} without its schema");
            }
        }

        public override void Visit(ExecuteStatement node)
        {
            if (node.ExecuteSpecification.ExecutableEntity is not ExecutableProcedureReference procedure
                || procedure.ProcedureReference.ProcedureReference.Name.BaseIdentifier.Value.Equals("sp_executesql", StringComparison.OrdinalIgnoreCase))
            {
                Problems.Add("text that is run as a statement");
            }
        }

        public override void Visit(GlobalVariableExpression node)
        {
            if (node.Name.Equals("@@IDENTITY", StringComparison.OrdinalIgnoreCase))
            {
                Problems.Add("IDENTITY");
            }
        }

        public override void Visit(FunctionCall node)
        {
            if (node.FunctionName.Value.Contains("IDENTITY", StringComparison.OrdinalIgnoreCase))
            {
                Problems.Add("IDENTITY");
            }
        }

        public override void Visit(NextValueForExpression node) => Problems.Add("SEQUENCE");
    }
}
