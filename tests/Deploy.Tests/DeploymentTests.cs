using System.Text.RegularExpressions;
using Qudao.Running;
using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Qudao.Deploy.Tests;

/// <summary>No cluster is at hand here, so what the deployment files say is held against the code that they deploy.</summary>
internal sealed class DeploymentTests
{
    private static readonly string[] Deployables = [.. ProcessHouse.ServiceNames, "Gateway"];

    private static string Deploy => Path.Combine(Repository.Root, "deploy");

    private static IEnumerable<string> YamlFiles => Directory.GetFiles(Deploy, "*.yaml", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Deploy, file));

    private static List<Node> Cluster => [.. Directory.GetFiles(Path.Combine(Deploy, "kubernetes")).SelectMany(Documents)];

    private static Node Compose => Documents(Path.Combine(Deploy, "compose.yaml")).Single();

    [TestCaseSource(nameof(YamlFiles))]
    public void A_file_is_YAML(string file) => Assert.That(Documents(Path.Combine(Deploy, file)), Is.Not.Empty);

    [Test]
    public void Compose_builds_and_starts_every_deployable()
    {
        var ours = Compose["services"].Values.Where(service => service.Has("build")).ToList();

        Assert.That(ours.Select(service => service["build"]["args"]["PROJECT"].Text), Is.EquivalentTo(Deployables));
        Assert.That(ours.Select(service => service["command"].Items.Single().Text), Is.EquivalentTo(Deployables.Select(Assembly)));
    }

    [Test]
    public void The_cluster_runs_two_of_every_deployable_each_with_an_address_and_a_disruption_budget()
    {
        var deployments = Of("Deployment").ToList();

        Assert.That(deployments.Select(each => Container(each)["args"].Items.Single().Text), Is.EquivalentTo(Deployables.Select(Assembly)));
        Assert.That(deployments.Select(each => each["spec"]["replicas"].Text), Is.All.EqualTo("2"));
        foreach (var kind in new[] { "Service", "PodDisruptionBudget" })
            Assert.That(Of(kind).Select(each => each["metadata"]["name"].Text), Is.EquivalentTo(Deployables.Select(Lower)), kind);
        Assert.That(Of("Service").Select(each => each["spec"]["selector"]["app"].Text), Is.EquivalentTo(Deployables.Select(Lower)));
    }

    [Test]
    public void Every_deployable_is_a_project() =>
        Assert.That(Deployables.Where(name => !File.Exists(Path.Combine(Repository.Root, "services", name, $"Qudao.{name}.csproj"))), Is.Empty);

    [Test]
    public void Every_setting_is_one_that_the_code_reads()
    {
        var code = string.Join('\n', Directory.GetFiles(Path.Combine(Repository.Root, "services"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText));
        var settings = Compose["services"].Values.Where(service => service.Has("build")).SelectMany(service => service["environment"].Keys)
            .Concat(Of("ConfigMap").SelectMany(map => map["data"].Keys))
            .Concat(Of("Deployment").SelectMany(each => Container(each)["env"].Items).Select(each => each["name"].Text))
            .Distinct().ToList();

        Assert.That(settings, Has.Count.GreaterThan(10));
        Assert.That(settings.Where(setting => !IsRead(setting, code)), Is.Empty);
    }

    [Test]
    public void Every_address_of_a_service_is_where_that_service_listens()
    {
        var shared = Of("ConfigMap").Single()["data"];
        var compose = Compose["services"];
        foreach (var name in ProcessHouse.ServiceNames)
        {
            var address = new Uri(shared[$"Services__{name}"].Text);
            var port = Of("Service").Single(each => each["metadata"]["name"].Text == address.Host)["spec"]["ports"].Items.Single()["port"].Text;
            var container = Container(Of("Deployment").Single(each => each["metadata"]["name"].Text == address.Host));
            var listen = new Uri(container["env"].Items.Single(each => each["name"].Text == "Listen")["value"].Text);
            Assert.That((port, listen.Port, container["ports"].Items.Single()["containerPort"].Text), Is.EqualTo(($"{address.Port}", address.Port, $"{address.Port}")), name);

            var inCompose = new Uri(compose[Lower(name)]["environment"][$"Services__{name}"].Text);
            Assert.That((inCompose.Host, inCompose.Port), Is.EqualTo((Lower(name), new Uri(compose[Lower(name)]["environment"]["Listen"].Text).Port)), name);
        }
    }

    [Test]
    public void Nothing_of_ours_runs_as_root_or_writes_where_it_lies()
    {
        foreach (var deployment in Of("Deployment"))
        {
            var pod = deployment["spec"]["template"]["spec"];
            Assert.That(pod["securityContext"]["runAsNonRoot"].Text, Is.EqualTo("true"));
            Assert.That(Container(deployment)["securityContext"]["readOnlyRootFilesystem"].Text, Is.EqualTo("true"));
            Assert.That(Container(deployment)["securityContext"]["allowPrivilegeEscalation"].Text, Is.EqualTo("false"));
        }
        Assert.That(Compose["services"].Values.Where(service => service.Has("build")).Select(service => service["read_only"].Text), Is.All.EqualTo("true"));
        Assert.That(File.ReadAllText(Path.Combine(Deploy, "Dockerfile")), Does.Contain("\nUSER $APP_UID\n"));
    }

    // "Services__Dealer" is read as $"Services:{service}", the others by their whole name.
    private static bool IsRead(string setting, string code)
    {
        var key = setting.Replace("__", ":", StringComparison.Ordinal);
        return code.Contains($"\"{key}\"", StringComparison.Ordinal)
            || (key.Split(':') is ["Services", var name] && ProcessHouse.ServiceNames.Contains(name) && Regex.IsMatch(code, "\"Services:\\{"));
    }

    private static IEnumerable<Node> Of(string kind) => Cluster.Where(each => each["kind"].Text == kind);

    private static Node Container(Node deployment) => deployment["spec"]["template"]["spec"]["containers"].Items.Single();

    private static string Assembly(string name) => $"Qudao.{name}.dll";

    private static string Lower(string name) => name.ToLowerInvariant();

    private static List<Node> Documents(string file)
    {
        using var reader = new StreamReader(file);
        var parser = new MergingParser(new Parser(reader));
        var deserializer = new DeserializerBuilder().Build();
        List<Node> documents = [];
        parser.Consume<YamlDotNet.Core.Events.StreamStart>();
        while (parser.Accept<YamlDotNet.Core.Events.DocumentStart>(out _))
            documents.Add(new Node(deserializer.Deserialize<object>(parser), Path.GetFileName(file)));
        return documents;
    }

    /// <summary>A place in a YAML document that knows its path, for messages.</summary>
    private sealed record Node(object? Value, string Path)
    {
        public string Text => Value as string ?? throw new InvalidDataException($"{Path} is no text");

        public IEnumerable<string> Keys => Map.Keys.Cast<string>();

        public IEnumerable<Node> Values => Keys.Select(key => this[key]);

        public IEnumerable<Node> Items => Value is List<object> list ? list.Select((item, i) => new Node(item, $"{Path}[{i}]")) : throw new InvalidDataException($"{Path} is no list");

        public Node this[string key] => Has(key) ? new Node(Map[key], $"{Path}/{key}") : throw new InvalidDataException($"{Path} has no {key}");

        private Dictionary<object, object?> Map => Value as Dictionary<object, object?> ?? throw new InvalidDataException($"{Path} is no mapping");

        public bool Has(string key) => Map.ContainsKey(key);
    }
}
