using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Harbor.Optimization.Python;

public sealed class PythonIntSetTests
{
    [Fact]
    public void Sets_iterate_as_those_of_CPython()
    {
        var vectors = Data.Load("pyset_vectors.json");
        Assert.Equal(300, vectors.GetArrayLength());
        Assert.All(vectors.EnumerateArray(), vector =>
        {
            var set = new PythonIntSet(Ints(vector.GetProperty("adds")));
            Assert.Equal(Ints(vector.GetProperty("order")), set);
            Assert.Equal(Ints(vector.GetProperty("copy")), set.Copy());
            Assert.Equal(Ints(vector.GetProperty("and")), set.Intersect(new PythonIntSet(Ints(vector.GetProperty("and_with")))));
        });
    }

    [Fact]
    public void A_table_that_is_kept_goes_on_as_the_set_would_have() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(ushort[] First, ushort[] Then)>(), lists =>
        {
            var set = new PythonIntSet(lists.First.Select(value => (int)value));
            var again = PythonIntSet.FromTable(set.Table.ToArray());
            foreach (var value in lists.Then)
            {
                set.Add(value);
                again.Add(value);
            }

            return set.SequenceEqual(again) && set.Count == again.Count;
        }).QuickCheckThrowOnFailure();

    private static IEnumerable<int> Ints(JsonElement list) => list.EnumerateArray().Select(item => item.GetInt32());
}
