namespace Harbor.Optimization;

/// <summary>The run can't lead to a result: for the same cause, again and again, there was nothing to propose.</summary>
public sealed class GepaFailedException(string cause, int iterations)
    : Exception($"{iterations} iterations in a row gave no usable proposal. The cause: {cause}.")
{
    public string Cause => cause;
}

/// <summary>The budget does not suffice even for the start, or what a run costs is not known.</summary>
public sealed class BudgetException(string message) : Exception(message);
