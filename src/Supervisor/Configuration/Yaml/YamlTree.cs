using Supervisor.Specs;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Supervisor.Configuration.Yaml;

/// <summary>Builds the tree of one document: anchors and merge keys resolved, duplicate keys, depth and expansion checked.</summary>
internal sealed class YamlTree
{
    /// <summary>Deepest nesting that is read.</summary>
    public const int DeepestNesting = 32;

    /// <summary>Most nodes that aliases may stand for, all together.</summary>
    public const int MostExpandedNodes = 100_000;

    private readonly string _file;
    private readonly string _text;
    private readonly Problems _problems;
    private readonly Parser _parser;
    private readonly Dictionary<string, YamlNode> _anchors = [];
    private Mark _last = new(0, 1, 1);
    private long _expanded;

    private YamlTree(string file, string text, Problems problems)
    {
        _file = file;
        _text = text;
        _problems = problems;
        _parser = new Parser(new Scanner(new StringReader(text)));
    }

    /// <summary>The root of the only document; null when it is empty or cannot be read (then there is a problem).</summary>
    public static YamlNode? Read(string file, string text, Problems problems)
    {
        var tree = new YamlTree(file, text, problems);
        try
        {
            return tree.Document();
        }
        catch (YamlRefusedException refused)
        {
            problems.Add(refused.Position, refused.Message);
            return null;
        }
    }

    private YamlNode? Document()
    {
        Next();
        if (Next() is StreamEnd)
        {
            return null;
        }

        var root = Node(Next(), 0);
        Next();
        if (Next() is DocumentStart second)
        {
            throw Refuse(second.Start, "a second YAML document ('---') in one file; use include: for more files");
        }

        return root;
    }

    private YamlNode Node(ParsingEvent read, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw Refuse(read.Start, $"nested deeper than {DeepestNesting} levels");
        }

        if (read is AnchorAlias alias)
        {
            return Expand(alias);
        }

        if (read is not NodeEvent started)
        {
            throw Refuse(read.Start, "unexpected end of the document");
        }

        CheckTag(started);
        if (!started.Anchor.IsEmpty)
        {
            // Until it is complete, an alias to it would be a cycle.
            _anchors.Remove(started.Anchor.Value);
        }

        var node = started switch
        {
            Scalar scalar => new YamlScalar(At(scalar.Start), scalar.Value, scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty),
            SequenceStart => List(started, depth),
            _ => (YamlNode)Map(started, depth),
        };
        if (!started.Anchor.IsEmpty)
        {
            _anchors[started.Anchor.Value] = node;
        }

        return node;
    }

    private YamlNode Expand(AnchorAlias alias)
    {
        if (!_anchors.TryGetValue(alias.Value.Value, out var node))
        {
            throw Refuse(alias.Start, $"alias '*{alias.Value.Value}' has no complete anchor before it");
        }

        _expanded += node.Weight;
        return _expanded <= MostExpandedNodes ? node
            : throw Refuse(alias.Start, $"the aliases of this file stand for more than {MostExpandedNodes} nodes");
    }

    private YamlList List(NodeEvent started, int depth)
    {
        var items = new List<YamlNode>();
        for (ParsingEvent read; (read = Next()) is not SequenceEnd;)
        {
            items.Add(Node(read, depth + 1));
        }

        return new(At(started.Start), items);
    }

    private YamlMap Map(NodeEvent started, int depth)
    {
        var entries = new YamlEntries(new(At(started.Start)), _problems);
        for (ParsingEvent read; (read = Next()) is not MappingEnd;)
        {
            var key = Node(read, depth + 1);
            entries.Add(key, Node(Next(), depth + 1));
        }

        return entries.Complete();
    }

    private void CheckTag(NodeEvent node)
    {
        if (!node.Tag.IsEmpty && !node.Tag.IsNonSpecific && node.Tag.Value is not ("tag:yaml.org,2002:str" or "tag:yaml.org,2002:map" or "tag:yaml.org,2002:seq"))
        {
            _problems.Add(At(node.Start), $"the tag '{node.Tag.Value}' has no meaning here");
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            if (!_parser.MoveNext() || _parser.Current is not { } read)
            {
                throw Refuse(_last, "unexpected end of the file");
            }

            _last = read.Start;
            return read;
        }
        catch (YamlException failure)
        {
            var (position, message) = YamlAdvice.On(_file, _text, At(failure.Start.Line > 0 ? failure.Start : _last), OneLine(failure.Message));
            throw new YamlRefusedException(position, message);
        }
        // The library throws whatever comes (measured: InvalidOperationException, ArgumentException) on odd input; a user made that input.
        // Its own words speak of its parser's state.
        catch (Exception failure) when (failure is not (YamlRefusedException or OutOfMemoryException))
        {
            throw Refuse(_last, "YAML: cannot be understood after this place; perhaps a bracket, a brace or a quote before it is not closed");
        }
    }

    private static string OneLine(string message) => message.ReplaceLineEndings(" ").Trim();

    private YamlRefusedException Refuse(Mark mark, string message) => new(At(mark), message);

    private SourcePosition At(Mark mark) => new(_file, (int)Math.Max(1, mark.Line), (int)Math.Max(1, mark.Column));
}
