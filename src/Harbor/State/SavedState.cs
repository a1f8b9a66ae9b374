namespace Harbor.State;

/// <summary>The whole content of a <see cref="StateFile{T}"/>.</summary>
public sealed record SavedState<T>(int Version, T State)
    where T : class;
