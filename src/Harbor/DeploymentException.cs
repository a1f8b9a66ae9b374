namespace Harbor;

/// <summary>The input was fine and the work failed: engine, disk, network, a service. The message is for the user, without a stack trace. Exit code 1.</summary>
public class DeploymentException(string message, Exception? inner = null) : Exception(message, inner);
