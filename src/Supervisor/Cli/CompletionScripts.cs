namespace Supervisor.Cli;

/// <summary>
/// Scripts that ask the program itself (<c>supervisor "[suggest:POSITION]" "LINE"</c>) what fits, so that they never lag behind its commands.
/// </summary>
internal static class CompletionScripts
{
    private const string Bash =
        """
        # supervisor completion bash > /usr/share/bash-completion/completions/supervisor
        _supervisor() {
          local line=${COMP_LINE:0:COMP_POINT} item
          local word=${line##* }
          # readline takes @, = and : for the ends of words: what stands before the last one is typed already.
          local typed=${word%"${word##*[@=:]}"}
          COMPREPLY=()
          while IFS= read -r item; do
            [[ $item == "$word"* ]] && COMPREPLY+=("${item#"$typed"}")
          done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _supervisor supervisor
        """;

    private const string Zsh =
        """
        #compdef supervisor
        # supervisor completion zsh > /usr/local/share/zsh/site-functions/_supervisor
        _supervisor() {
          local line="${(j: :)words[1,CURRENT]}"
          local -a items
          items=(${(f)"$($words[1] "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a items || _files
        }
        if [ "$funcstack[1]" = _supervisor ]; then _supervisor "$@"; else compdef _supervisor supervisor; fi
        """;

    private const string Fish =
        """
        # supervisor completion fish > ~/.config/fish/completions/supervisor.fish
        function __supervisor_complete
            set -l line (commandline -cp)
            supervisor "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c supervisor -f -a '(__supervisor_complete)'
        complete -c supervisor -s c -l config -r -F
        complete -c supervisor -s s -l socket -r -F
        """;

    /// <summary>The script of a shell.</summary>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        _ => throw new ArgumentOutOfRangeException(nameof(shell), shell, null),
    };
}
