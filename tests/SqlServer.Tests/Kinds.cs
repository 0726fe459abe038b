using Microsoft.SqlServer.TransactSql.ScriptDom;

namespace Qudao.SqlServer.Tests;

/// <summary>
/// Sees that texts meet texts and numbers meet numbers, wherever a statement compares or stores; and that texts are
/// compared and ordered as SQLite does it, byte by byte, not by the collation that the server happens to have.
/// </summary>
internal sealed class Kinds
{
    /// <summary>Compares texts by their code points, as SQLite's own collation does.</summary>
    public const string Binary = "Latin1_General_BIN2";

    private readonly ILookup<string, Column> columns;
    private readonly Dictionary<string, Kind> parameters = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> faults = [];

    private Kinds(ILookup<string, Column> columns) => this.columns = columns;

    /// <summary>What does not fit in a statement without wrong names.</summary>
    public static IReadOnlyList<string> Faults(Schema schema, string sql)
    {
        var tree = TSql.Parse(sql);
        var tables = tree.All<NamedTableReference>().Select(table => Schema.Name(table.SchemaObject)).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var kinds = new Kinds(schema.Columns.Where(column => tables.Contains(column.Table)).ToLookup(column => column.Name, StringComparer.OrdinalIgnoreCase));
        kinds.Comparisons(tree);
        kinds.Stores(tree);
        kinds.Orders(tree);
        return kinds.faults;
    }

    private void Comparisons(TSqlFragment tree)
    {
        foreach (var comparison in tree.All<BooleanComparisonExpression>())
            Compare(comparison.FirstExpression, comparison.SecondExpression);
        foreach (var range in tree.All<BooleanTernaryExpression>())
            Compare(range.FirstExpression, range.SecondExpression, range.ThirdExpression);
        foreach (var list in tree.All<InPredicate>())
            Compare([list.Expression, .. list.Values]);
        foreach (var choice in tree.All<SimpleCaseExpression>())
            Compare([choice.InputExpression, .. choice.WhenClauses.Select(when => when.WhenExpression)]);
        // Parts of a name are found as people type them.
        foreach (var like in tree.All<LikePredicate>())
            Meet(like.FirstExpression, like.SecondExpression);
        foreach (var sum in tree.All<BinaryExpression>())
            Meet(sum.FirstExpression, sum.SecondExpression);
        foreach (var choice in tree.All<CaseExpression>())
            Meet([.. Results(choice)]);
        foreach (var choice in tree.All<CoalesceExpression>())
            Meet([.. choice.Expressions]);
    }

    private void Stores(TSqlFragment tree)
    {
        foreach (var set in tree.All<AssignmentSetClause>())
            Meet(set.Column, set.NewValue);
        foreach (var insert in tree.All<InsertSpecification>())
            foreach (var row in Rows(insert.InsertSource))
                Store(insert.Columns, row);
    }

    private void Orders(TSqlFragment tree)
    {
        foreach (var order in tree.All<ExpressionWithSortOrder>())
            NeedBinary(order.Expression);
        foreach (var group in tree.All<ExpressionGroupingSpecification>())
            NeedBinary(group.Expression);
    }

    private void Store(IList<ColumnReferenceExpression> into, IReadOnlyList<ScalarExpression> row)
    {
        if (into.Count != row.Count)
            faults.Add($"{row.Count} values for {into.Count} columns");
        foreach (var (column, value) in into.Zip(row))
            Meet(column, value);
    }

    private static IEnumerable<IReadOnlyList<ScalarExpression>> Rows(InsertSource source) => source switch
    {
        ValuesInsertSource values => values.RowValues.Select(row => row.ColumnValues.ToList()),
        SelectInsertSource { Select: QuerySpecification query } => [[.. query.SelectElements.Cast<SelectScalarExpression>().Select(element => element.Expression)]],
        _ => throw new NotSupportedException($"{source.GetType().Name} is not known here."),
    };

    private void Compare(params ScalarExpression[] sides)
    {
        Meet(sides);
        foreach (var side in sides)
            NeedBinary(side);
    }

    private void NeedBinary(ScalarExpression side)
    {
        // Names of migrations are ours, and differ in more than case.
        if (ColumnOf(side) is { Kind: Kind.Text, Table: not "migrations" } column && column.Collation != Binary)
            faults.Add($"{column.Table}.{column.Name} is compared or ordered by the server's collation");
    }

    /// <summary>One kind must fit all sides; a parameter is of the kind it first meets. A text parameter can be a date.</summary>
    private void Meet(params ScalarExpression[] sides)
    {
        var known = sides.Select(side => (Side: side, Kind: KindOf(side))).Where(side => side.Kind is not null).ToList();
        if (known.Count > 0)
            foreach (var parameter in sides.OfType<VariableReference>())
                parameters.TryAdd(parameter.Name, known[0].Kind is Kind.Date ? Kind.Text : known[0].Kind!.Value);
        var isDate = known.Any(side => side.Kind is Kind.Date);
        if (known.Select(side => isDate && side is { Kind: Kind.Text, Side: VariableReference or StringLiteral } ? Kind.Date : side.Kind).Distinct().Count() > 1)
            faults.Add(string.Join(" meets ", known.Select(side => $"{side.Kind} {TSql.Text(side.Side)}")));
    }

    private Kind? KindOf(ScalarExpression expression) => expression switch
    {
        VariableReference parameter => parameters.TryGetValue(parameter.Name, out var kind) ? kind : null,
        ColumnReferenceExpression => ColumnOf(expression)?.Kind,
        StringLiteral => Kind.Text,
        IntegerLiteral => Kind.Number,
        ParenthesisExpression inner => KindOf(inner.Expression),
        UnaryExpression inner => KindOf(inner.Expression),
        BinaryExpression sum => KindOf(sum.FirstExpression) ?? KindOf(sum.SecondExpression),
        CaseExpression choice => KindOfAny(Results(choice)),
        CoalesceExpression choice => KindOfAny(choice.Expressions),
        FunctionCall { FunctionName.Value: "COUNT" or "SUM" or "LEN" } => Kind.Number,
        ScalarSubquery { QueryExpression: QuerySpecification { SelectElements: [SelectScalarExpression one] } } => KindOf(one.Expression),
        ConvertCall call => Schema.KindOf(call.DataType),
        CastCall call => Schema.KindOf(call.DataType),
        _ => null,
    };

    private Kind? KindOfAny(IEnumerable<ScalarExpression> results)
    {
        var kinds = results.Select(KindOf).OfType<Kind>().ToList();
        return kinds.Contains(Kind.Date) ? Kind.Date : kinds.Count > 0 ? kinds[0] : null;
    }

    /// <summary>Null for what is no column of a table, and for a name that means different things in the tables at hand.</summary>
    private Column? ColumnOf(ScalarExpression expression)
    {
        if (expression is not ColumnReferenceExpression { MultiPartIdentifier: { } name })
            return null;
        var found = columns[name.Identifiers[^1].Value].ToList();
        return found.DistinctBy(column => (column.Kind, column.Collation)).Count() == 1 ? found[0] : null;
    }

    private static IEnumerable<ScalarExpression> Results(CaseExpression choice)
    {
        var results = choice switch
        {
            SimpleCaseExpression simple => simple.WhenClauses.Select(when => when.ThenExpression),
            SearchedCaseExpression searched => searched.WhenClauses.Select(when => when.ThenExpression),
            _ => throw new NotSupportedException($"{choice.GetType().Name} is not known here."),
        };
        return choice.ElseExpression is null ? results : results.Append(choice.ElseExpression);
    }
}
