# Shared by the scripts of this folder; sourced, not run.

# First of three neighbouring ports, away from the defaults so that a cluster in use is left alone.
FLOTILLA_PORT=${FLOTILLA_PORT:-18080}

flotilla() { "$ROOT/flotilla" "$@"; }

say() { echo "$@" >&2; }

script_head() { sed -n '2,/^set /s/^# \{0,1\}//p' "$0"; }

# Sets NUMBER for a script whose first argument is one; for --help, and for what is none, tells what the script's head says.
take_number() { # default, the argument if there is one
  NUMBER=${2-$1}
  case $NUMBER in
    -h | --help) script_head; exit 0 ;;
    '' | *[!0-9]* | 0*) say "not a positive whole number: $NUMBER"; script_head >&2; exit 2 ;;
  esac
}

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

# Kills the leader beside one writer, and starts the node again; prints what the writer saw, as JSON.
kill_leader() { # data folder, seconds that the writer writes
  local id writer
  flotilla bench failover --json --data "$1" --duration "${2}s" > "$WORK/gap" &
  writer=$!
  sleep 4
  id=$(leader "$1")
  kill -9 "$(node_field "$1" "$id" pid)"
  wait "$writer" || say "writes did not come back after the kill of $id"
  cat "$WORK/gap"
  rm "$WORK/gap"
  flotilla up --detach --data "$1" > /dev/null 2>&1
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

# Text of at least so many bytes: a folder's .txt files again and again or, if none is named, made-up words.
make_text() { # file, bytes, folder
  if [ -z "$3" ]; then
    generate text "$2" "$1"
    return
  fi
  cat "$3"/*.txt > "$1.once"
  while [ "$(stat -c %s "$1" 2> /dev/null || echo 0)" -lt "$2" ]; do cat "$1.once" >> "$1"; done
  rm "$1.once"
}

generate() { # text or records, bytes, file
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" "$ROOT/benchmarks/mapreduce-peers/src/main/java/bench/Generate.java" "$@"
}

# Asks one node after the other, for any may be dead.
ask() { # data folder, path
  local id
  for id in $(node_ids "$1"); do
    curl -sf --max-time 15 "$(node_field "$1" "$id" http)$2" && return
  done
  return 1
}

job_phase() { grep -o "\"$1\":{[^}]*}" | json_field "$2"; } # map or reduce, field; of a job's JSON

# Waits for the end of a job and prints what became of it, as JSON.
await_job() { # data folder, job id
  local job
  until job=$(ask "$1" "/v1/mapreduce/jobs/$2") && ! grep -q '"ended":null' <<< "$job"; do sleep 0.2; done
  echo "$job"
  [ "$(json_field state <<< "$job")" = succeeded ]
}

job_millis() { # JSON of a job that ended
  echo $(($(date -d "$(json_field ended <<< "$1")" +%s%3N) - $(date -d "$(json_field submitted <<< "$1")" +%s%3N)))
}

median() { sort -n | awk '{ v[NR] = $1 } END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'; }
