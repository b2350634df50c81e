//! The server: what it answers, what it refuses, and how it ends.

#![cfg(feature = "server")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{Env, data};

const TEXT: &str = "The convoy left Beirut for Damascus on Monday.";

/// A server with the tiny model, on a port of its own. It is ended with its test.
struct Server {
    child: Child,
    port: u16,
    env: Env,
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    fn assert_problem(&self, status: u16, words: &str) {
        let problem = self.json();
        assert!(self.head.contains("application/problem+json"), "{}", self.head);
        assert_eq!((self.status, &problem["status"]), (status, &json!(status)), "{problem}");
        assert!(problem["detail"].as_str().unwrap().contains(words), "{problem}");
        assert!(problem["type"].as_str().unwrap().starts_with("/docs#"), "{problem}");
    }
}

impl Server {
    fn start(options: &[&str]) -> Self {
        Self::start_in(Env::new(), options)
    }

    fn start_in(env: Env, options: &[&str]) -> Self {
        let mut command = env.command();
        command.args(["serve", "--port", "0", "--model"]).arg(data("model")).args(options);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stderr.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(told.read_line(&mut line).unwrap() > 0, "the server does not begin");
            if let Some((_, port)) = line.split_once("listening on ") {
                break port.trim().rsplit(':').next().unwrap().parse().unwrap();
            }
        };
        // What else it says is not waited for.
        std::thread::spawn(move || std::io::copy(&mut told, &mut std::io::sink()));
        Self { child, port, env }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
        stream
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &[u8]) -> Answer {
        let mut stream = self.connect();
        let host = if headers.contains("Host:") { "" } else { "Host: localhost\r\n" };
        let length = if headers.contains("Content-Length:") {
            String::new()
        } else {
            format!("Content-Length: {}\r\n", body.len())
        };
        let head = format!("{method} {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n{length}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        // A body that is refused is not read to its end.
        stream.write_all(body).ok();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok();
        let answer = String::from_utf8(answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {answer}"));
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let body = if head.contains("transfer-encoding: chunked") { unchunked(body) } else { body.to_owned() };
        Answer { status, head: head.to_owned(), body }
    }

    fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, "", b"")
    }

    fn post(&self, path: &str, body: impl AsRef<[u8]>) -> Answer {
        self.ask("POST", path, "Content-Type: application/json\r\n", body.as_ref())
    }

    fn lines(&self, body: &str) -> Answer {
        self.ask("POST", "/v1/tag", "Content-Type: application/x-ndjson\r\n", body.as_bytes())
    }

    #[cfg(unix)]
    fn terminate(&self) {
        let id = i32::try_from(self.child.id()).unwrap();
        rustix::process::kill_process(rustix::process::Pid::from_raw(id).unwrap(), rustix::process::Signal::TERM)
            .unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn unchunked(mut rest: &str) -> String {
    let mut whole = String::new();
    while let Some((size, behind)) = rest.split_once("\r\n") {
        let size = usize::from_str_radix(size, 16).unwrap();
        if size == 0 {
            break;
        }
        whole.push_str(&behind[..size]);
        rest = behind[size..].trim_start_matches("\r\n");
    }
    whole
}

fn of_lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn documents_are_tagged_as_the_command_line_does() {
    let server = Server::start(&[]);
    let texts = [TEXT, "A fire broke out in Paris, Texas.", "", "Nothing. ", "München und Köln"];
    let lines: String =
        texts.iter().enumerate().map(|(n, text)| json!({"id": n, "text": text}).to_string() + "\n").collect();
    let run = crate::support::finish(
        server.env.command().args(["tag", "--input", "jsonl", "--explain", "--model"]).arg(data("model")),
        lines.as_bytes(),
    );
    let expected = run.jsonl();
    let given: Vec<Value> = of_lines(&lines);
    let answer = server.post("/v1/tag?explain=true", Value::from(given.clone()).to_string());
    assert_eq!((answer.status, answer.json()), (200, Value::from(expected.clone())));
    let mut one = given[1].clone();
    one["options"] = json!({"explain": true});
    assert_eq!(server.post("/v1/tag", one.to_string()).json(), expected[1]);
    let explained: String = given.iter().map(|given| given.to_string() + "\n\n").collect();
    let answer =
        server.ask("POST", "/v1/tag?explain=true", "Content-Type: application/x-ndjson\r\n", explained.as_bytes());
    assert_eq!(of_lines(&answer.body), expected);
    // curl's usual Content-Type, and a text alone.
    let answer = server.ask(
        "POST",
        "/v1/tag",
        "Content-Type: application/x-www-form-urlencoded\r\n",
        given[0].to_string().as_bytes(),
    );
    assert_eq!(answer.json()["entities"], expected[0]["entities"]);
    let answer = server.ask("POST", "/v1/tag", "Content-Type: text/plain; charset=utf-8\r\n", TEXT.as_bytes());
    assert_eq!(answer.json()["entities"], expected[0]["entities"]);
}

#[test]
fn what_is_wrong_is_a_problem_where_it_stands() {
    let server = Server::start(&["--max-body", "100000"]);
    server.post("/v1/tag", "{").assert_problem(400, "expected a JSON object");
    server.post("/v1/tag", "{\"text\": 1}").assert_problem(422, "expected a string");
    server.post("/v1/tag", b"{\"text\": \"\xff\"}").assert_problem(400, "expected");
    server.post("/v1/tag?explian=true", "{}").assert_problem(422, "unknown field");
    server
        .post("/v1/tag", json!({"text": TEXT, "options": {"near": "Qwxz"}}).to_string())
        .assert_problem(422, "no such place");
    server
        .post("/v1/tag", json!({"text": TEXT, "options": {"min_score": 7}}).to_string())
        .assert_problem(422, "0 to 1");
    server
        .post("/v1/tag", json!({"text": TEXT, "corrections": [{"nam": 1}]}).to_string())
        .assert_problem(422, "corrections:1");
    server.ask("POST", "/v1/tag", "Content-Type: image/png\r\n", b"x").assert_problem(415, "application/json");
    server.post("/v1/tag", "x".repeat(200_000)).assert_problem(413, "100000 bytes");
    server.get("/v1/nothing").assert_problem(404, "/docs");
    server.get("/v1/tag").assert_problem(405, "/docs");
    server.ask("GET", "/metrics", "Host: example.org\r\n", b"").assert_problem(421, "localhost");
    let origin = "Origin: https://example.org\r\n";
    server.ask("GET", "/metrics", origin, b"").assert_problem(421, "--allow-origin");
    let answer = server.ask("GET", "/healthz", &format!("X: {}\r\n", "x".repeat(1 << 20)), b"");
    assert_eq!(answer.status, 431);
    // One wrong line costs no other, and neither does one that is too long.
    let long = "x".repeat(250_000);
    let line = |id: &str| json!({"id": id, "text": TEXT}).to_string();
    let answer = server.lines(&format!("{}\n{{\n{}\n{long}\n\n{}", line("a"), line("c"), line("e")));
    let found = of_lines(&answer.body);
    let told: Vec<_> = found.iter().map(|found| (&found["id"], &found["status"], &found["at"])).collect();
    let (null, line) = (json!(null), |n: u32| json!(format!("line {n}")));
    assert_eq!(
        told,
        [
            (&json!("a"), &null, &null),
            (&null, &json!(400), &line(2)),
            (&json!("c"), &null, &null),
            (&null, &json!(413), &line(4)),
            (&json!("e"), &null, &null),
        ]
    );
    server.post("/v1/tag", json!({"text": TEXT, "near": "Bangor"}).to_string()).assert_problem(422, "\"options\"");
    let answer = server.post("/v1/tag", json!([{"text": TEXT}, {"txt": 1}]).to_string());
    assert_eq!((answer.status, &answer.json()[1]["at"], &answer.json()[1]["status"]), (200, &json!("/1"), &json!(422)));
}

#[test]
fn who_has_no_token_is_not_answered() {
    let env = Env::new();
    env.file("token", "0123456789abcdef\n");
    let token = env.path("token");
    let server = Server::start_in(env, &["--token-file", token.to_str().unwrap(), "--rate", "2"]);
    let body = json!({"text": TEXT}).to_string();
    let with = |token: &str| {
        server.ask("POST", "/v1/tag", &format!("Content-Type: application/json\r\n{token}"), body.as_bytes())
    };
    for wrong in ["", "Authorization: Bearer 0123456789abcdeg\r\n", "Authorization: Basic 0123456789abcdef\r\n"] {
        with(wrong).assert_problem(401, "Authorization: Bearer");
    }
    assert_eq!(server.get("/healthz").status, 200);
    let right = "Authorization: Bearer 0123456789abcdef\r\n";
    let statuses: Vec<u16> = (0..8).map(|_| with(right).status).collect();
    assert!(statuses[0] == 200 && statuses.contains(&429), "{statuses:?}");
    let open = Env::new().run(["serve", "--host", "0.0.0.0", "--port", "0"]);
    open.assert_fails(2, &["--token-file", "--no-token"]);
}

#[test]
fn places_and_maps_are_answered() {
    let server = Server::start(&[]);
    let found = server.get("/v1/gazetteer/lookup?name=Mosul&limit=1").json();
    assert_eq!(found["candidates"][0]["id"], "geonames:99072");
    let found = server.get("/v1/gazetteer/nearest?at=36.34,43.12&limit=3").json();
    assert!(found["places"].as_array().unwrap().iter().any(|place| place["name"] == "Mosul"), "{found}");
    let found = server.get("/v1/gazetteer/within?bbox=40,33,46,38&limit=1").json();
    assert_eq!(found["places"][0]["name"], "Baghdad");
    assert_eq!(server.get("/v1/distance?from=Mosul&to=Beirut").json()["km"], 745.1);
    server.get("/v1/distance?from=Mosul&to=Qwxz").assert_problem(422, "no such place");
    server.get("/v1/gazetteer/within?bbox=1,2").assert_problem(422, "WEST,SOUTH,EAST,NORTH");
    let plain = json!({"text": TEXT}).to_string();
    let tagged = server.post("/v1/tag", &plain).body;
    let layer = server.post("/v1/map", &plain);
    assert_eq!((layer.status, layer.json()), (200, server.post("/v1/map", &tagged).json()));
    for (format, begins) in [("csv", "document"), ("kml", "<?xml"), ("html", "<!doctype html>")] {
        let made = server.post(&format!("/v1/map?format={format}"), format!("[{tagged}]"));
        assert!(made.status == 503 || made.status == 200 && made.body.starts_with(begins), "{format}: {}", made.body);
    }
    server.post("/v1/map?format=shp", &plain).assert_problem(422, "expected one of");
    let metrics = server.get("/metrics").body;
    assert!(metrics.contains("dateline_documents_total{outcome=\"tagged\"} 2"), "{metrics}");
    assert_eq!(server.get("/readyz").body, "ready\n");
}

/// The page is given the policy by which nothing else than this server is asked, and corrections are heeded.
#[test]
fn the_page_asks_nothing_but_this_server() {
    let server = Server::start(&[]);
    let docs = server.get("/docs");
    assert!(docs.head.contains("default-src 'none'") && docs.head.contains("x-content-type-options: nosniff"));
    assert_eq!(server.get("/assets/workbench.js").status, 200);
    server.get("/assets/..%2f..%2fCargo.toml").assert_problem(404, "no such file");
    let text = "\u{1f642} Beirut and Springfield";
    let line = json!({"document": "a", "name": "Springfield", "start": 13, "end": 24, "place": "geonames:4409896"});
    let asked = json!({"document": {"id": "a", "text": text}, "corrections": [line]});
    let answer = server.post("/page/tag", asked.to_string()).json();
    let entities = answer["annotation"]["entities"].as_array().unwrap();
    let corrected =
        entities.iter().find(|entity| entity["text"] == "Springfield").unwrap_or_else(|| panic!("{answer}"));
    // Of the page, offsets are those of JavaScript.
    assert_eq!((&corrected["place"]["id"], &corrected["start"]), (&json!("geonames:4409896"), &json!(14)));
    let explanations = answer["annotation"]["explanations"].as_array().map_or(0, Vec::len);
    assert_eq!(answer["sentences"].as_array().unwrap().len(), explanations);
}

/// Corrections of a request come on top of those of the server, and it is told how many matched nothing.
#[test]
fn corrections_of_a_request_come_on_top() {
    let env = Env::new();
    std::fs::write(env.path("corrections.jsonl"), "{\"name\": \"Beirut\", \"remove\": true}\n").unwrap();
    let path = env.path("corrections.jsonl");
    let server = Server::start_in(env, &["--corrections", path.to_str().unwrap()]);
    let corrections = json!([{"name": "Damascus", "place": null}, {"name": "Nowhere at all", "remove": true}]);
    let answer = server.post("/v1/tag", json!({"text": TEXT, "corrections": corrections}).to_string());
    let found = answer.json();
    let names: Vec<&Value> = found["entities"].as_array().unwrap().iter().map(|entity| &entity["text"]).collect();
    assert!(!names.contains(&&json!("Beirut")), "{found}");
    let damascus = found["entities"].as_array().unwrap().iter().find(|entity| entity["text"] == "Damascus").unwrap();
    assert!(damascus["place"].is_null(), "{damascus}");
    assert!(answer.head.contains("dateline-unmatched-corrections: 1"), "{}", answer.head);
    assert!(!server.post("/v1/tag", json!({"text": TEXT}).to_string()).head.contains("unmatched"));
}

/// Whoever starts the server may have tiles below the map: their origin, and no other, is then in the policy.
#[test]
fn tiles_of_others_are_asked_for_only_by_name() {
    let template = "https://tiles.example/{z}/{x}/{y}.png";
    let server = Server::start(&["--basemap", template, "--basemap-credit", "Somebody"]);
    let answer = server.get("/docs");
    assert!(answer.head.contains("img-src 'self' data: blob: https://tiles.example;"), "{}", answer.head);
    assert!(answer.head.contains("connect-src 'self';"), "{}", answer.head);
    let settings = server.get("/assets/settings.json").json();
    assert_eq!(settings, json!({"basemap": {"url": template, "attribution": "Somebody"}}));
    let plain = Server::start(&[]);
    assert!(plain.get("/docs").head.contains("img-src 'self' data: blob:;"));
    assert_eq!(plain.get("/assets/settings.json").json(), json!({"basemap": null}));
    let refused =
        plain.env.command().args(["serve", "--port", "0", "--basemap", "http://tiles.example/{z}"]).output().unwrap();
    let told = String::from_utf8_lossy(&refused.stderr);
    assert!(
        refused.status.code() == Some(2) && told.contains("expected an address that begins with https://"),
        "{told}"
    );
}

/// What is not read is told for what it is.
#[test]
fn bodies_that_are_not_read_are_named() {
    let server = Server::start(&[]);
    server.post("/v1/tag", "").assert_problem(400, "the body is empty");
    server.post("/v1/map", "").assert_problem(400, "the body is empty");
    let zipped = server.ask("POST", "/v1/tag", "Content-Encoding: gzip\r\n", b"\x1f\x8b");
    zipped.assert_problem(415, "Content-Encoding is gzip");
    server.ask("POST", "/v1/tag", "Content-Type: text/csv\r\n", b"a,b").assert_problem(415, "text/csv");
    let within = server.get("/v1/gazetteer/within?bbox=-180,-90,180,90&limit=1").json();
    assert_eq!((within["places"].as_array().map(Vec::len), &within["more"]), (Some(1), &json!(true)));
}

/// Asked to end, the server takes nothing new, answers what it took, and is a success.
#[cfg(unix)]
#[test]
fn what_was_taken_is_answered_before_the_end() {
    let mut server = Server::start(&[]);
    let mut streams: Vec<TcpStream> = (0..8).map(|_| server.connect()).collect();
    let long = json!({"id": "long", "text": TEXT.repeat(400)}).to_string();
    for stream in &mut streams {
        let head = "POST /v1/tag HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n";
        let chunk = format!("{long}\n");
        write!(stream, "{head}{:x}\r\n{chunk}\r\n", chunk.len()).unwrap();
    }
    std::thread::sleep(Duration::from_millis(300));
    server.terminate();
    for stream in &mut streams {
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let body = unchunked(answer.split_once("\r\n\r\n").unwrap().1);
        let found = of_lines(&body);
        assert_eq!(
            (found.len(), &found[0]["id"], &found[1]["status"]),
            (2, &json!("long"), &json!(503)),
            "{body:.500}"
        );
    }
    let begun = Instant::now();
    let ended = server.child.wait().unwrap();
    assert_eq!(ended.code(), Some(0));
    assert!(begun.elapsed() < Duration::from_secs(20));
    assert!(TcpStream::connect(("127.0.0.1", server.port)).is_err());
}

/// Whoever sends a byte now and then is cut off; the others do not notice.
#[test]
fn a_slow_client_holds_up_nobody() {
    let server = Server::start(&["--timeout", "2"]);
    let mut slow = server.connect();
    write!(
        slow,
        "POST /v1/tag HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{"
    )
    .unwrap();
    assert_eq!(server.post("/v1/tag", json!({"text": TEXT}).to_string()).status, 200);
    let mut answer = String::new();
    slow.read_to_string(&mut answer).ok();
    assert!(answer.contains("408"), "{answer}");
}
