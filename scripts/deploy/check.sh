#!/usr/bin/env bash
# Runs what stands in this folder, as far as the machine lets it: scripts/deploy/check.sh [--dateline BINARY]
#
# Looks at the files with others' tools, from an environment under target/. Then runs the image, as it is and as kubernetes.yaml says:
# Docker builds it, if an engine answers; else root makes an empty Debian (debootstrap), puts into it what the last stage of the
# Dockerfile says, and starts the server in there, as the user that it says, without a network and without a file that it could
# write to. At last boots systemd in the same Debian, with the unit. BINARY saves building [default: target/release/dateline].
#
# Needs Python 3 with pip, and npm. What needs more is said to be skipped where that is not there. Takes a minute or two.
set -euo pipefail
umask 022
cd "$(dirname "$0")/../.."

binary=target/release/dateline
case "${1:-} $#" in
    " 0") ;;
    "--dateline 2") binary=$2 ;;
    *) echo "usage: scripts/deploy/check.sh [--dateline BINARY]" >&2; exit 2 ;;
esac

deploy=scripts/deploy
tools=target/deploy-venv/bin
work=$(mktemp -d)
root=$work/root
token=$(head -c 16 /dev/urandom | od -An -tx1 | tr -d ' \n')
cgroup=
# The process that holds what was started, and the first one inside.
holder=
inner=
# The container that was started.
container=
# What is to be said at the end of what was skipped.
tried=

say() { printf '\n== %s\n' "$*"; }
fail() { echo "$*" >&2; exit 1; }
skip() {
    say "skipped: $*"
    tried=", as far as it was tried"
}

clean_up() {
    if [ -n "$holder" ]; then end_inner; fi
    if [ -n "$container" ]; then docker rm --force "$container" >/dev/null || true; fi
    if [ -n "$cgroup" ]; then leave_cgroup; fi
    # Mounts are seen by those alone who were started, and end with them.
    rm -rf --one-file-system "$work"
}
trap clean_up EXIT

# --- Others' tools.

look_at_files() {
    say "shellcheck, hadolint, kubernetes-validate"
    python3 -m venv target/deploy-venv
    "$tools/python" -m pip install --quiet --disable-pip-version-check -r "$deploy/requirements.txt"
    "$tools/shellcheck" "$deploy"/*.sh
    # Debian keeps no old versions that could be asked for; and whether a token is wanted is no secret.
    "$tools/hadolint" --ignore DL3008 --ignore DL3064 "$deploy/Dockerfile"
    "$tools/kubernetes-validate" --strict "$deploy/kubernetes.yaml"
}

# What kubernetes.yaml says of the pod: its user, args or env, each on a line.
pod() {
    "$tools/python" -c '
import sys, yaml
with open(sys.argv[1], encoding="utf-8") as file:
    pod = next(yaml.safe_load_all(file))["spec"]["template"]["spec"]
container = pod["containers"][0]
context = pod["securityContext"]
said = {
    "user": ["{runAsUser}:{runAsGroup}".format(**context)],
    "args": container["args"],
    "env": ["{name}={value}".format(**variable) for variable in container["env"]],
}
print("\n".join(said[sys.argv[2]]))' "$deploy/kubernetes.yaml" "$1"
}

# --- The image, by Docker.

# Starts it with the options and arguments, asks it, ends it.
ask_container() {
    local port status
    container=dateline-check-$$
    docker run --detach --name "$container" --publish 127.0.0.1::8080 "$@" >/dev/null
    port=$(docker port "$container" 8080 | sed 's/.*://; q')
    python3 "$deploy/ask.py" "http://127.0.0.1:$port" "${asked_with[@]}" || fail "it said: $(docker logs "$container" 2>&1)"
    docker stop --time 30 "$container" >/dev/null
    status=$(docker inspect --format '{{.State.ExitCode}}' "$container")
    docker rm "$container" >/dev/null
    container=
    [ "$status" = 0 ] || fail "SIGTERM ended the server with $status; expected 0"
    echo "  SIGTERM ends it: 0"
}

by_docker() {
    local variable options=()
    say "docker build"
    docker build --file "$deploy/Dockerfile" --tag dateline-check .
    say "the image in Docker"
    asked_with=()
    ask_container dateline-check
    say "the image in Docker, as kubernetes.yaml says"
    # As a secret is mounted.
    install -D -m 644 <(echo "$token") "$work/token/token"
    for variable in "${pod_env[@]}"; do options+=(--env "$variable"); done
    asked_with=(--token "$token")
    ask_container --user "$pod_user" --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges \
        --volume "$work/token:/token:ro" "${options[@]}" dateline-check "${pod_args[@]}"
}

# --- The image, without Docker.

has_tools() { command -v debootstrap && command -v ip && command -v unshare && command -v nsenter; } >/dev/null

# Where it may.
install_tools() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || has_tools; then return; fi
    say "apt-get install debootstrap iproute2 util-linux"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends debootstrap iproute2 util-linux >/dev/null
}

# Whether namespaces may be made.
may_unshare() { [ "$(id -u)" = 0 ] && has_tools && unshare --mount --net --pid --ipc --uts --fork true 2>/dev/null; }

# The last stage of the Dockerfile, an instruction a line.
last_stage() {
    sed -e ':more' -e '/\\$/{N;s/\\\n *//;b more' -e '}' "$deploy/Dockerfile" |
        awk '/^ *(#|$)/ {next} $1 == "FROM" {n = 0} {lines[n++] = $0} END {for (i = 0; i < n; i++) print lines[i]}'
}

# The words of an instruction in the form of JSON, each on a line.
words() { python3 -c 'import json, sys; print("\n".join(json.loads(sys.argv[1])))' "$1"; }

# Debian's name for what an image is of.
suite() { sed 's/^debian://; s/-slim$//' <<<"$1"; }

# Where this machine's apt has that Debian from.
find_mirror() {
    # shellcheck disable=SC2016 # They are apt's own variables.
    mirror=$(apt-get indextargets --format '$(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        awk -v suite="$(suite "$(last_stage | awk '$1 == "FROM" {print $2}')")" '$1 == suite {print $2; exit}')
    [ -n "$mirror" ]
}

make_image() {
    local word rest variables
    environment=()
    say "what install.sh makes"
    DATELINE_BINARY=$binary "$deploy/install.sh" "$work/folder"
    say "the last stage of the Dockerfile, in an empty Debian"
    # None of the commands shall read on in it.
    while read -r word rest <&3; do
        case $word in
            FROM)
                debootstrap --variant=minbase "$(suite "$rest")" "$root" "$mirror" >"$work/log" 2>&1 ||
                    fail "$(tail -n 20 "$work/log")"
                ;;
            COPY)
                [ "$rest" = "--from=folder /opt/dateline /opt/dateline" ] || fail "COPY $rest: expected what install.sh makes"
                cp -R "$work/folder" "$root/opt/dateline"
                ;;
            RUN) chroot "$root" sh -ec "$rest" ;;
            USER) user=$rest ;;
            ENV)
                read -ra variables <<<"$rest"
                environment+=("${variables[@]}")
                ;;
            ENTRYPOINT) mapfile -t entrypoint < <(words "$rest") ;;
            CMD) mapfile -t arguments < <(words "$rest") ;;
            EXPOSE | STOPSIGNAL) ;;
            *) fail "$word $rest: this check does not know it" ;;
        esac
    done 3< <(last_stage)
    du -sh "$root"
}

# Runs as the first process of namespaces of its own. ROOT USER:GROUP [NAME=VALUE]... COMMAND...
in_image() {
    local root=$1 user=$2
    shift 2
    ip link set lo up
    mount --bind "$root" "$root"
    mount -o remount,bind,ro "$root"
    mount -t proc proc "$root/proc"
    mount -t tmpfs tmpfs "$root/tmp"
    exec chroot "$root" setpriv --reuid "${user%:*}" --regid "${user#*:}" --clear-groups --bounding-set=-all --inh-caps=-all \
        --no-new-privs env -i "$@"
}
export -f in_image

# Starts a function in namespaces of its own; its network has nothing but this machine.
start() {
    unshare --mount --net --pid --ipc --uts --fork --kill-child bash -euc '"$@"' inner "$@" 2>"$work/said" &
    holder=$!
    inner=
    while [ -z "$inner" ]; do
        kill -0 "$holder" 2>/dev/null || fail "it does not start: $(cat "$work/said")"
        sleep 0.05
        # What stands there has no end of line, which read takes for a failure.
        read -r inner < <(cat "/proc/$holder/task/$holder/children" 2>/dev/null) || true
    done
}

# Kills it.
end_inner() {
    kill -KILL "$inner" 2>/dev/null || kill -KILL "$holder" 2>/dev/null || true
    wait "$holder" 2>/dev/null || true
    holder=
}

ask_inside() { nsenter --target "$inner" --net python3 "$deploy/ask.py" http://localhost:8080 "$@"; }

# The server says nothing but its own lines: libraries that miss something speak otherwise.
only_own_lines() {
    if grep -v '^dateline: ' "$1" >&2; then fail "expected nothing but lines of dateline's own"; fi
}

# Starts the image as this user with these words, asks it, ends it.
ask_image() {
    local status=0
    start in_image "$root" "$@"
    ask_inside "${asked_with[@]}" || fail "the server said: $(cat "$work/said")"
    awk '/^VmHWM/ {printf "  memory: %d MB\n", $2 / 1024}' "/proc/$inner/status"
    kill -TERM "$inner"
    timeout 30 tail --pid="$holder" --sleep-interval=0.1 --follow /dev/null || fail "SIGTERM did not end the server within 30 s"
    wait "$holder" || status=$?
    holder=
    [ "$status" = 0 ] || fail "SIGTERM ended the server with $status; expected 0: $(cat "$work/said")"
    echo "  SIGTERM ends it: 0"
    only_own_lines "$work/said"
}

by_hand() {
    say "the image as user $user, read-only, without a network"
    asked_with=()
    ask_image "$user" "${environment[@]}" "${entrypoint[@]}" "${arguments[@]}"
    say "the image as kubernetes.yaml says"
    # As a secret is mounted.
    install -D -m 644 <(echo "$token") "$root/token/token"
    asked_with=(--token "$token")
    ask_image "$pod_user" "${environment[@]}" "${pod_env[@]}" "${entrypoint[@]}" "${pod_args[@]}"
}

# --- The unit.

look_at_unit() {
    say "systemd-analyze"
    # The image is what it was made of: systemd comes to it now.
    chroot "$root" sh -ec '
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends systemd' >"$work/log" 2>&1 ||
        fail "$(tail -n 20 "$work/log")"
    install -m 644 "$deploy/dateline.service" "$root/etc/systemd/system/"
    chroot "$root" systemd-analyze verify /etc/systemd/system/dateline.service
    # 1.2 of 10, most of it for speaking to a network at all.
    chroot "$root" systemd-analyze security --offline=true --threshold=13 /etc/systemd/system/dateline.service | tail -n 1
    chroot "$root" systemctl --quiet enable dateline
}

# A control group for systemd to work in, if there may be one.
enter_cgroup() {
    local mounted
    mounted=$(awk '$3 == "cgroup2" {print $2; exit}' /proc/mounts)
    [ -n "$mounted" ] && mkdir "$mounted/dateline-check-$$" 2>/dev/null && cgroup=$mounted/dateline-check-$$
}

leave_cgroup() {
    local end=$((SECONDS + 10))
    # Those inside have been killed, and are gone soon.
    until find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || [ "$SECONDS" -gt "$end" ]; do sleep 0.1; done
}

# Boots systemd as the first process of namespaces of its own. ROOT CGROUP
in_systemd() {
    local device
    echo 0 >"$2/cgroup.procs"
    ip link set lo up
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t sysfs -o ro sysfs sys
    mount -t tmpfs -o mode=755 tmpfs run
    mount -t tmpfs tmpfs tmp
    mount -t tmpfs -o mode=755 tmpfs dev
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=0666 devpts dev/pts
    ln -s pts/ptmx dev/ptmx
    for device in null zero full random urandom tty; do
        touch "dev/$device"
        mount --bind "/dev/$device" "dev/$device"
    done
    mkdir -p old
    pivot_root . old
    umount --lazy old
    # What a container's manager does for systemd, which hands a service its credentials by it.
    mount --make-rshared /
    exec unshare --cgroup sh -ec '
        mount -t cgroup2 cgroup2 /sys/fs/cgroup
        exec env -i container=check PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --unit=multi-user.target'
}
export -f in_systemd

inside() { nsenter --target "$inner" --mount --pid --net --ipc --uts --cgroup "$@"; }

ask_service() { ask_inside "$@" || fail "systemd said: $(inside journalctl --no-pager --lines 30 --unit dateline 2>&1)"; }

# Ends the service, and looks at how it ended and what it said.
end_service() {
    local expected
    inside systemctl stop dateline
    inside journalctl --quiet --output cat _SYSTEMD_UNIT=dateline.service >"$work/said"
    for expected in Result=success ExecMainCode=1 ExecMainStatus=0; do
        inside systemctl show --property "${expected%=*}" dateline | grep -qx "$expected" ||
            fail "the service did not end with $expected: $(cat "$work/said")"
    done
    echo "  systemctl stop ends it: 0"
    only_own_lines "$work/said"
}

by_systemd() {
    say "systemd with the unit"
    start in_systemd "$root" "$cgroup"
    ask_service
    end_service
    say "systemd with the lines for others, as the unit tells them"
    install -D -m 600 <(echo "$token") "$root/etc/dateline/token"
    mkdir "$root/etc/systemd/system/dateline.service.d"
    sed -n 's/^#   //p' "$deploy/dateline.service" | tee "$root/etc/systemd/system/dateline.service.d/override.conf"
    inside systemctl daemon-reload
    inside systemctl start dateline
    ask_service --token "$token"
    end_service
    end_inner
}

# --- All of it.

look_at_files
pod_user=$(pod user)
mapfile -t pod_args < <(pod args)
mapfile -t pod_env < <(pod env)

docker=
if docker info >/dev/null 2>&1; then docker=yes; fi
if [ -n "$docker" ]; then by_docker; fi

install_tools
if ! may_unshare; then
    skip "the image is not run without Docker, nor the unit: that needs root, debootstrap, and namespaces"
elif ! find_mirror; then
    skip "the image is not run without Docker, nor the unit: apt knows no mirror of the Dockerfile's Debian"
else
    [ -x "$binary" ] || fail "$binary: is not there; expected what is built: cargo build --release"
    make_image
    if [ -z "$docker" ]; then by_hand; fi
    look_at_unit
    if enter_cgroup; then by_systemd; else skip "systemd is not booted: there is no control group for it"; fi
fi
say "scripts/deploy does what it should$tried"
