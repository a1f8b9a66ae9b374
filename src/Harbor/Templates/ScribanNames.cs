using Scriban.Syntax;

namespace Harbor.Templates;

/// <summary>Finds the variables that a Scriban template reads from outside, and which of them need no value.</summary>
internal sealed class ScribanNames : ScriptVisitor
{
    private readonly List<ScriptVariableGlobal> _read = [];
    private readonly HashSet<string> _own = [];
    private readonly HashSet<int> _optional = [];

    private ScribanNames()
    {
    }

    /// <summary>In the template's order, without the variables that it sets itself.</summary>
    public IEnumerable<ScriptVariableGlobal> Read => _read.Where(variable => !_own.Contains(variable.Name));

    public static ScribanNames In(ScriptPage page)
    {
        var names = new ScribanNames();
        names.Visit((ScriptNode)page);
        return names;
    }

    /// <summary>
    /// Whether a missing value counts as empty: the variable is left of <c>??</c>, <c>?!</c> or <c>| object.default</c>, or in a condition.
    /// </summary>
    public bool IsOptional(ScriptVariable variable) => _optional.Contains(variable.Span.Start.Offset);

    public override void Visit(ScriptVariableGlobal node) => _read.Add(node);

    // The member is not a variable, although Scriban parses it as one.
    public override void Visit(ScriptMemberExpression node) => Visit(node.Target!);

    public override void Visit(ScriptNamedArgument node) => Visit(node.Value!);

    public override void Visit(ScriptObjectMember node) => Visit(node.Value!);

    public override void Visit(ScriptIfStatement node)
    {
        Ask(node.Condition);
        base.Visit(node);
    }

    public override void Visit(ScriptConditionalExpression node)
    {
        Ask(node.Condition);
        base.Visit(node);
    }

    public override void Visit(ScriptBinaryExpression node)
    {
        if (node.Operator is ScriptBinaryOperator.EmptyCoalescing or ScriptBinaryOperator.NotEmptyCoalescing)
        {
            Ask(node.Left);
        }

        base.Visit(node);
    }

    public override void Visit(ScriptPipeCall node)
    {
        if (node.To is ScriptFunctionCall
            {
                Target: ScriptMemberExpression { Target: ScriptVariableGlobal { Name: "object" }, Member.Name: "default" },
            })
        {
            Ask(node.From);
        }

        base.Visit(node);
    }

    public override void Visit(ScriptAssignExpression node)
    {
        if (node.Target is ScriptVariableGlobal variable)
        {
            _own.Add(variable.Name);
            Visit(node.Value!);
            return;
        }

        base.Visit(node);
    }

    public override void Visit(ScriptForStatement node)
    {
        Own(node.Variable);
        base.Visit(node);
    }

    public override void Visit(ScriptCaptureStatement node)
    {
        Own(node.Target);
        base.Visit(node);
    }

    public override void Visit(ScriptFunction node)
    {
        Own(node.NameOrDoToken);
        foreach (var parameter in node.Parameters ?? [])
        {
            Own(parameter.Name);
        }

        base.Visit(node);
    }

    private void Own(ScriptNode? name)
    {
        if (name is ScriptVariableGlobal variable)
        {
            _own.Add(variable.Name);
        }
    }

    private void Ask(ScriptNode? condition)
    {
        switch (condition)
        {
            case ScriptVariable variable:
                _optional.Add(variable.Span.Start.Offset);
                break;
            case ScriptNestedExpression nested:
                Ask(nested.Expression);
                break;
            case ScriptUnaryExpression { Operator: ScriptUnaryOperator.Not } not:
                Ask(not.Right);
                break;
            case ScriptBinaryExpression { Operator: ScriptBinaryOperator.And or ScriptBinaryOperator.Or } both:
                Ask(both.Left);
                Ask(both.Right);
                break;
        }
    }
}
