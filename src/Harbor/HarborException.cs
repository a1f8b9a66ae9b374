namespace Harbor;

/// <summary>
/// The input is right, but the work failed: engine, disk, network, a service. The user sees the message without a stack trace.
/// Exit code 1.
/// </summary>
public class HarborException(string message, Exception? inner = null) : Exception(message, inner);
