using Xunit;

namespace Supervisor.Tests.Real;

/// <summary>The completion scripts in the shells that they are for, against a running daemon.</summary>
public class CompletionTests
{
    private const string Bash =
        """
        source "$1"; program=$2; cd "$3"; shift 3
        for line; do
          COMP_LINE=$line COMP_POINT=${#line} COMP_WORDS=("$program")
          _supervisor
          printf '[%s]\n' "$(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort | paste -sd ' ')"
        done
        """;

    private const string Fish =
        """
        set -gx PATH (dirname $argv[2]) $PATH
        source $argv[1]
        cd $argv[3]
        for line in $argv[4..]
            set -l offered (complete -C "$line" | string replace -r '\t.*' '' | env LC_ALL=C sort)
            echo "[$offered]"
        end
        """;

    // A shell with an editor, on a terminal of its own: what the line is after TAB, and after TAB alone what is offered.
    private const string Zsh =
        """
        zmodload zsh/zpty
        script=$1 program=$2 folder=$3; shift 3
        zpty z "cd $folder; PS1=; PS2= exec zsh -f -i"
        zpty -w z "autoload -Uz compinit; compinit -u -D; source $script; PS1="
        zpty -w z 'show() { print -r -- "LINE=<$BUFFER>"; BUFFER=; }; zle -N show; bindkey "^X" show; setopt no_beep; print READ''Y'
        zpty -r z out '*READY*'
        for line; do
          zpty -w -n z "${line/supervisor/$program}"$'\t\x18'
          zpty -r z out $'*LINE=<*>*'
          print -r -- "[${${${out##*LINE=<}%%>*}/$program/supervisor}]"
        done
        zpty -d z
        """;

    private static async Task<string[]> Complete(Daemon daemon, string shell, string test, params string[] lines)
    {
        var (script, tester) = (Path.Combine(daemon.Folder, "completion." + shell), Path.Combine(daemon.Folder, "test." + shell));
        await File.WriteAllTextAsync(script, (await ProgramRun.ToEnd(Built.Supervisor, ["completion", shell])).Out);
        await File.WriteAllTextAsync(tester, test);
        var files = Path.Combine(daemon.Folder, "files");
        Directory.CreateDirectory(Path.Combine(files, "jobs.d"));
        foreach (var name in new[] { "a.yaml", "b.yml", "notes.txt" })
        {
            await File.WriteAllTextAsync(Path.Combine(files, name), "");
        }

        var home = new Dictionary<string, string> { ["HOME"] = daemon.Folder, ["XDG_CONFIG_HOME"] = daemon.Folder, ["TERM"] = "xterm" };
        var run = await ProgramRun.ToEnd(shell, [.. shell == "zsh" ? ["-f"] : shell == "fish" ? ["--no-config"] : Array.Empty<string>(), tester, script, Built.Supervisor, files, .. lines], home);
        Assert.True(run.Code == 0, run.ToString());
        return run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static Task<Daemon> Started() => Daemon.Start("""
        web: {command: [CHILD, sleep], instances: 2}
        db: {command: [CHILD, sleep]}
        """);

    [Theory]
    [InlineData("bash", Bash)]
    [InlineData("fish", Fish)]
    public async Task Bash_and_fish_offer_commands_options_words_jobs_that_run_and_YAML_files(string shell, string test)
    {
        await using var daemon = await Started();
        var socket = $"supervisor -s {daemon.Folder}/control.sock";

        var offered = await Complete(
            daemon, shell, test,
            "supervisor ver", "supervisor status --qu", "supervisor -o ", "supervisor import --from s", "supervisor wait --for r",
            "supervisor check -c ", "supervisor --config a", $"{socket} why d", $"{socket} why ", $"{socket} scale w", "supervisor -s /nonexistent why w");

        Assert.Equal(
            [
                "[version]", "[--quiet]", "[json table wide]", "[supervisord systemd]", "[ready running]",
                shell == "bash" ? "[a.yaml b.yml jobs.d]" : "[a.yaml b.yml jobs.d/]", "[a.yaml]", "[db]", "[db web web@0 web@1]", "[web=]", "[]",
            ],
            offered);
    }

    [Fact]
    public async Task In_bash_what_readline_has_cut_off_is_not_written_twice()
    {
        await using var daemon = await Started();

        Assert.Equal(["[0 1]"], await Complete(daemon, "bash", Bash, $"supervisor -s {daemon.Folder}/control.sock why web@"));
    }

    [Fact]
    public async Task Zsh_completes_commands_options_words_jobs_that_run_and_YAML_files()
    {
        await using var daemon = await Started();
        var socket = $"supervisor -s {daemon.Folder}/control.sock";

        var lines = await Complete(
            daemon, "zsh", Zsh,
            "supervisor ver", "supervisor status --qu", "supervisor -o js", "supervisor import --from supe", "supervisor check -c a", $"{socket} why d", $"{socket} stop web@1");

        Assert.Equal(
            [
                "[supervisor version ]", "[supervisor status --quiet ]", "[supervisor -o json ]", "[supervisor import --from supervisord ]",
                "[supervisor check -c a.yaml ]", $"[{socket} why db ]", $"[{socket} stop web@1 ]",
            ],
            lines);
    }
}
