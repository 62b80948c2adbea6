# Shared by the scripts of this folder; sourced, not run.

# First of three neighbouring ports, away from the defaults so that a cluster in use is left alone.
FLOTILLA_PORT=${FLOTILLA_PORT:-18080}

flotilla() { "$ROOT/flotilla" "$@"; }

say() { echo "$@" >&2; }

# A new folder for data; it should be on a real disk, as fsync costs nothing in memory.
make_work_folder() {
  mkdir -p "$1"
  WORK=$(mktemp -d "$1/flotilla-bench.XXXXXX")
  case $(stat -f -c %T "$WORK" 2> /dev/null || echo unknown) in
    tmpfs | ramfs) say "warning: $WORK is in memory, where fsync costs nothing; name a folder on a disk with --work" ;;
  esac
}

# nodes.json has one entry a node, {"id":"n1","pid":123,"http":"http://…", …}; the fields come in this order.
node_field() { # data folder, node id, "pid" or "http"
  tr '{' '\n' < "$1/nodes.json" | grep "\"id\":\"$2\"" | sed -E "s/.*\"$3\":\"?([^\",}]*).*/\1/"
}

node_ids() { # data folder
  grep -o '"id":"[^"]*"' "$1/nodes.json" | sed -E 's/.*:"(.*)"/\1/'
}

leader() { # data folder
  local id
  for id in $(node_ids "$1"); do
    curl -sf --max-time 2 "$(node_field "$1" "$id" http)/v1/groups/g1" | grep -o '"leader":"[^"]*"' | sed -E 's/.*:"(.*)"/\1/' | grep . && return
  done
  return 1
}

# Fields of a JSON line that "bench --json" printed.
json_field() { sed -E "s/.*\"$1\":\"?([^\",}]*).*/\1/"; }

describe_machine() {
  local cpu memory
  cpu=$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo 2> /dev/null | head -1)
  memory=$(awk '/^MemTotal/ { printf "%.0f GiB", $2 / 1048576 }' /proc/meminfo 2> /dev/null)
  echo "Machine: $(nproc) x ${cpu:-unknown processor}, ${memory:-unknown memory}, $(uname -sr), data on $(stat -f -c %T "$WORK" 2> /dev/null)" \
    "($(df -P "$WORK" | awk 'NR == 2 { print $1 }')). $(date -u +%Y-%m-%d), commit $(git -C "$ROOT" rev-parse --short HEAD 2> /dev/null || echo unknown)."
}
