namespace Harbor.Secrets.Sops;

/// <summary>Any other file. SOPS stores its bytes as one value in a JSON object, under <c>data</c>.</summary>
internal sealed class BinaryStore : SopsStore
{
    public static readonly BinaryStore Instance = new();

    public const string Key = "data";

    public override SopsTree Read(ReadOnlySpan<byte> bytes, string file)
    {
        var tree = JsonStore.Instance.Read(bytes, file);
        return tree.Documents[0].Entries is [{ Key: Key, Node: SopsScalar { Value.Type: SopsType.Str } }]
            ? tree
            : throw Faults.Create(file, 1, $"is not a binary SOPS file, which has only the text '{Key}'. If it is dotenv, YAML or JSON, " +
                $"its name must end with .env, .yaml or .json.");
    }

    public override SopsTree ReadPlain(ReadOnlySpan<byte> bytes, string file)
    {
        var map = new SopsMap(1);
        map.Add(Key, new SopsScalar(new(SopsType.Str, bytes.ToArray()), 1));
        return new([map], null);
    }

    public override byte[] Write(SopsTree tree) =>
        tree.Metadata is null ? ((SopsScalar)tree.Documents[0].Entries[0].Node).Value.Bytes : JsonStore.Instance.Write(tree);
}
