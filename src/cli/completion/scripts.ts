/** What `relay completion SHELL` prints: the part that the shell runs. What to offer is asked of relay at each Tab. */

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

const BASH = `# Completion of relay for bash. For good, in ~/.bashrc:  source <(relay completion bash)
_relay_completion() {
  local relay=\${COMP_WORDS[0]} line
  # Typed as ~/relay, or by an alias: then the one on the PATH.
  type -P -- "$relay" >/dev/null || relay=relay
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o default; COMPREPLY=(); return ;;
      :folders) compopt -o default -o dirnames; COMPREPLY=(); return ;;
    esac
    COMPREPLY+=("$line")
  done < <("$relay" completion words --shell bash -- "$COMP_CWORD" "\${COMP_WORDS[@]}" 2>/dev/null)
}
complete -F _relay_completion relay
`;

const ZSH = `#compdef relay
# Completion of relay for zsh. For good, as the file _relay in a folder of $fpath:
#   relay completion zsh > ~/.zsh/completions/_relay
# or in ~/.zshrc behind compinit:  source <(relay completion zsh)
_relay() {
  local relay=\${words[1]} line
  local -a values texts
  (( $+commands[$relay] )) || [[ -x $relay ]] || relay=relay
  for line in "\${(@f)$("$relay" completion words --shell zsh -- $((CURRENT - 1)) "\${(@)words}" 2>/dev/null)}"; do
    case $line in
      '') continue ;;
      :files) _files; return ;;
      :folders) _files -/; return ;;
    esac
    values+=("\${line%%$'\\t'*}")
    texts+=("\${line/$'\\t'/  -- }")
  done
  (( $#values )) && compadd -l -d texts -- "\${(@)values}"
}
if [[ $funcstack[1] == _relay ]]; then _relay "$@"; else compdef _relay relay; fi
`;

const FISH = `# Completion of relay for fish. For good:  relay completion fish > ~/.config/fish/completions/relay.fish
function __relay_completion
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l relay $words[1]
    type -q -- $relay; or set relay relay
    for line in ($relay completion words --shell fish -- (count $words) $words "$current" 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path "$current"
            case ':folders'
                __fish_complete_directories "$current"
            case '*'
                echo $line
        end
    end
end
complete -c relay -f -a '(__relay_completion)'
`;

const SCRIPTS: Record<Shell, string> = { bash: BASH, zsh: ZSH, fish: FISH };

/** The script for a shell. */
export const completionScript = (shell: Shell): string => SCRIPTS[shell];
