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
          local word=${line##* } before=${line% *}
          # readline takes @, = and : for the ends of words: what stands before the last one is typed already.
          local typed=${word%"${word##*[@=:]}"}
          COMPREPLY=()
          case ${before##* } in
            -c | --config)
              while IFS= read -r item; do COMPREPLY+=("$item"); done < <(compgen -f -X '!*.y*ml' -- "$word"; compgen -d -- "$word")
              compopt -o filenames 2>/dev/null
              return ;;
          esac
          while IFS= read -r item; do
            # Options only for who begins one.
            [[ $item == "$word"* && ($word == -* || $item != [-/]*) ]] && COMPREPLY+=("${item#"$typed"}")
          done < <("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
        }
        complete -o default -F _supervisor supervisor
        """;

    private const string Zsh =
        """
        #compdef supervisor
        # supervisor completion zsh > /usr/local/share/zsh/site-functions/_supervisor
        _supervisor() {
          if [[ ${words[CURRENT-1]} == (-c|--config) ]]; then
            _files -g '*.(yaml|yml)'
            return
          fi
          local line="${(j: :)words[1,CURRENT]}"
          local -a items
          items=(${(f)"$(${(Q)words[1]} "[suggest:${#line}]" "$line" 2>/dev/null)"})
          # Options only for who begins one.
          [[ ${words[CURRENT]} == -* ]] || items=(${items:#[-/]*})
          compadd -a items || _files
        }
        if [ "$funcstack[1]" = _supervisor ]; then _supervisor "$@"; else compdef _supervisor supervisor; fi
        """;

    private const string Fish =
        """
        # supervisor completion fish > ~/.config/fish/completions/supervisor.fish
        function __supervisor_complete
            set -l line (commandline -cp)
            set -l items (supervisor "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null)
            # Options only for who begins one.
            if not string match -q -- '-*' (commandline -ct)
                set items (string match -v -r -- '^[-/]' $items)
            end
            if test (count $items) -gt 0
                string join \n -- $items
            else
                __fish_complete_path (commandline -ct)
            end
        end
        function __supervisor_yaml
            for file in (commandline -ct)*
                if test -d $file
                    echo $file/
                else if string match -q -r '\.ya?ml$' -- $file
                    echo $file
                end
            end
        end
        complete -c supervisor -f -a '(__supervisor_complete)'
        complete -c supervisor -s c -l config -r -f -a '(__supervisor_yaml)'
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
