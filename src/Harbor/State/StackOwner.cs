using System.Text;
using Harbor.Engines;
using Harbor.Files;
using Harbor.Hashing;

namespace Harbor.State;

public enum OwnerKind
{
    Ours,

    /// <summary>Ours by the project's key, deployed from a folder that is gone: the project was moved or renamed.</summary>
    Moved,

    /// <summary>Another folder's, or another owner's.</summary>
    Foreign,

    /// <summary>Nothing says whose it is.</summary>
    Unknown,
}

/// <param name="Folder">That it was deployed from; empty where nothing says.</param>
public sealed record Ownership(OwnerKind Kind, string Folder);

/// <summary>
/// Whose a container, network or volume is. Two folders may give their projects the same name, so the name proves nothing. What does is the
/// folder that Compose notes on containers, or the tag of the project's key that Harbor notes on all that it creates.
/// </summary>
public sealed class StackOwner
{
    /// <summary>Compose's, on containers.</summary>
    private const string WorkingFolderLabel = "com.docker.compose.project.working_dir";

    /// <summary>Harbor's, on networks and volumes, where Compose notes no folder.</summary>
    private const string FolderLabel = "harbor.folder";

    private const string TagLabel = "harbor.owner";
    private const int TagDigits = 16;

    private readonly string _folder;
    private readonly bool _isNamed;
    private readonly bool _seesFolders;

    /// <param name="name">
    /// The descriptor's <c>owner</c>, which stands for the folder where that changes; null: the folder owns the stack.
    /// </param>
    /// <param name="seesFolders">
    /// False where the engine or this run is on another machine or in a container: whether a folder is gone can't be known then.
    /// </param>
    public StackOwner(ProjectPaths paths, ProjectKey key, string? name, bool seesFolders)
    {
        _folder = paths.Root;
        _isNamed = name is not null;
        _seesFolders = seesFolders;
        Tag = "o" + (name is null
            ? key.Hash("owner"u8, TagDigits)
            : Convert.ToHexStringLower(Sha256.Hash(Encoding.UTF8.GetBytes($"owner {name}")))[..TagDigits]);
    }

    /// <summary>Stands in the label <c>harbor.digest</c> after the digest, and in <c>harbor.owner</c>.</summary>
    public string Tag { get; }

    /// <summary>For networks and volumes that are created.</summary>
    public IReadOnlyDictionary<string, string> Labels => new Dictionary<string, string> { [TagLabel] = Tag, [FolderLabel] = _folder };

    /// <param name="digest">The container's label <c>harbor.digest</c>; null where it has none.</param>
    public Ownership Judge(EngineContainer container, string? digest) =>
        Judge(container.Label(WorkingFolderLabel) ?? "", digest?.Split('.').FirstOrDefault(IsTag));

    public Ownership Judge(EngineResource resource) => Judge(resource.Label(FolderLabel) ?? "", resource.Label(TagLabel));

    /// <summary>Whether something that is noted as done in a folder was done in this one, or in it before it was moved.</summary>
    public bool Did(string folder) => IsHere(folder) || IsGone(folder);

    /// <summary>The owner's labels that the resource has. It keeps them: newer Composes recreate a network whose labels differ.</summary>
    public static IReadOnlyDictionary<string, string> LabelsOn(EngineResource resource) =>
        resource.Labels.Where(label => label.Key is TagLabel or FolderLabel).ToDictionary();

    private Ownership Judge(string folder, string? tag) => new(
        IsHere(folder) ? OwnerKind.Ours
        : tag == Tag ? (_isNamed || folder.Length == 0 ? OwnerKind.Ours : IsGone(folder) ? OwnerKind.Moved : OwnerKind.Foreign)
        : folder.Length > 0 || tag is not null ? OwnerKind.Foreign
        : OwnerKind.Unknown,
        folder);

    private bool IsHere(string folder) =>
        folder == _folder || (folder.Length > 0 && _seesFolders && RealPath.Find(folder) == RealPath.Find(_folder));

    /// <summary>A folder that can't be looked at may be there.</summary>
    private bool IsGone(string folder)
    {
        try
        {
            if (_seesFolders && folder.Length > 0)
            {
                File.GetAttributes(folder);
            }

            return false;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsTag(string part) => part.Length == TagDigits + 1 && part[0] == 'o';
}
