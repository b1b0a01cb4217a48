//! A real browser, led by the protocol of its developer tools over two pipes. Nothing but the browser is needed, and no port.

use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// Set where a browser that is missing fails the tests.
const REQUIRED: &str = "MODCHECK_REQUIRE_BROWSER";
/// Names a browser of the Chromium family.
const CHOSEN: &str = "CHROMIUM";
/// How such a browser is called.
const KNOWN: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];
/// How long an answer may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long a page may take to do what it was told.
const SOON: Duration = Duration::from_secs(10);

/// The browser to use. Where there has to be one and there is none, it fails.
#[track_caller]
pub fn find() -> Option<PathBuf> {
    let chosen = std::env::var_os(CHOSEN).filter(|chosen| !chosen.is_empty()).map(PathBuf::from);
    let candidates = chosen.map_or_else(|| KNOWN.iter().map(PathBuf::from).collect(), |chosen| vec![chosen]);
    let starts = |path: &PathBuf| {
        let mut command = Command::new(path);
        command.arg("--version").stderr(Stdio::null());
        command.output().is_ok_and(|output| output.status.success())
    };
    let found = candidates.into_iter().find(starts);
    let is_required = std::env::var_os(REQUIRED).is_some_and(|value| value == "1");
    assert!(
        found.is_some() || !is_required,
        "{REQUIRED} is set, and there is no Chromium (or ${CHOSEN} is none)"
    );
    if found.is_none() {
        // Past the test harness, which shows nothing of a test that passes.
        let _ = writeln!(io::stderr(), "no Chromium (Debian: chromium): the page was not tried in a browser");
    }
    found
}

/// A browser with one page. It ends with the value.
pub struct Browser {
    process: Child,
    commands: ChildStdin,
    messages: Receiver<Value>,
    session: Option<String>,
    next: u64,
    /// What happened and nobody has taken yet.
    events: VecDeque<Value>,
    _profile: tempfile::TempDir,
}

impl Browser {
    /// Starts one with an empty page.
    pub fn start(program: &Path) -> Browser {
        let profile = tempfile::tempdir().unwrap();
        // The browser reads commands from its file 3 and answers on its file 4.
        let mut command = Command::new("sh");
        command.args(["-c", "exec \"$0\" \"$@\" 3<&0 4>&1 </dev/null >/dev/null"]).arg(program);
        command.args(["--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"]);
        command.args(["--disable-dev-shm-usage", "--no-first-run", "--disable-extensions", "--disable-sync"]);
        command.args(["--disable-background-networking", "--disable-component-update", "--hide-scrollbars"]);
        command.arg(format!("--user-data-dir={}", profile.path().display()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().unwrap();
        let commands = process.stdin.take().unwrap();
        let mut answers = BufReader::new(process.stdout.take().unwrap());
        let (sender, messages) = channel();
        std::thread::spawn(move || {
            let mut message = Vec::new();
            while answers.read_until(0, &mut message).is_ok_and(|length| length > 0) {
                message.pop();
                let Ok(value) = serde_json::from_slice(&message) else { break };
                if sender.send(value).is_err() {
                    break;
                }
                message.clear();
            }
        });
        let mut browser = Browser {
            process,
            commands,
            messages,
            session: None,
            next: 0,
            events: VecDeque::new(),
            _profile: profile,
        };
        let target = browser.call("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let session = browser.call("Target.attachToTarget", target);
        browser.session = Some(session["sessionId"].as_str().unwrap().to_owned());
        for domain in ["Page", "Runtime", "Log", "Network", "Audits"] {
            browser.call(&format!("{domain}.enable"), json!({}));
        }
        browser.emulate("screen", "light");
        browser
    }

    /// Asks for something and waits for the answer. What happens meanwhile is kept.
    #[track_caller]
    pub fn call(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = json!(session);
        }
        self.commands.write_all(format!("{message}\0").as_bytes()).unwrap();
        loop {
            let message = self.receive(method);
            if message["id"] == self.next {
                assert_eq!(message["error"], Value::Null, "{method}");
                return message["result"].clone();
            }
            if message["method"].is_string() {
                self.events.push_back(message);
            }
        }
    }

    #[track_caller]
    fn receive(&self, waiting_for: &str) -> Value {
        match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => message,
            Err(RecvTimeoutError::Timeout) => panic!("the browser does not answer: {waiting_for}"),
            Err(RecvTimeoutError::Disconnected) => panic!("the browser ended: {waiting_for}"),
        }
    }

    /// Waits until something happened.
    #[track_caller]
    fn wait_for(&mut self, event: &str) {
        loop {
            if self.events.iter().any(|found| found["method"] == event) {
                return;
            }
            let message = self.receive(event);
            self.events.push_back(message);
        }
    }

    /// What happened since this was asked last, by the names of the events.
    pub fn events(&mut self) -> Vec<(String, Value)> {
        let events = std::mem::take(&mut self.events).into_iter();
        events
            .map(|event| (event["method"].as_str().unwrap_or("").to_owned(), event["params"].clone()))
            .collect()
    }

    /// Opens a file and waits until all of it is loaded.
    #[track_caller]
    pub fn open(&mut self, file: &Path, fragment: &str) {
        self.events.retain(|event| event["method"] != "Page.loadEventFired");
        // Another address than the last, so that it is loaded again.
        self.next += 1;
        let url = format!("file://{}?{}{fragment}", file.display(), self.next);
        let opened = self.call("Page.navigate", json!({ "url": url }));
        assert_eq!(opened["errorText"], Value::Null, "{url}");
        self.wait_for("Page.loadEventFired");
    }

    /// What an expression comes to in the page, as JSON.
    #[track_caller]
    pub fn eval(&mut self, expression: &str) -> Value {
        let params = json!({ "expression": expression, "returnByValue": true, "awaitPromise": true, "userGesture": true });
        let answer = self.call("Runtime.evaluate", params);
        assert_eq!(answer["exceptionDetails"], Value::Null, "{expression}");
        answer["result"]["value"].clone()
    }

    /// Waits until an expression comes to a value.
    #[track_caller]
    pub fn becomes(&mut self, expression: &str, value: &Value) {
        let started = Instant::now();
        loop {
            let found = self.eval(expression);
            if found == *value {
                return;
            }
            assert!(started.elapsed() < SOON, "{expression} is {found}, and does not become {value}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Presses a key, by its name.
    #[track_caller]
    pub fn key(&mut self, key: &str) {
        let (code, text) = match key {
            "Enter" => (13, "\r"),
            " " => (32, " "),
            "Escape" => (27, ""),
            "Tab" => (9, ""),
            "End" => (35, ""),
            "Home" => (36, ""),
            "ArrowLeft" => (37, ""),
            "ArrowUp" => (38, ""),
            "ArrowRight" => (39, ""),
            "ArrowDown" => (40, ""),
            _ => panic!("the code of {key} is not known"),
        };
        for kind in ["keyDown", "keyUp"] {
            let mut params = json!({ "type": kind, "key": key, "windowsVirtualKeyCode": code });
            if kind == "keyDown" && !text.is_empty() {
                params["text"] = json!(text);
            }
            self.call("Input.dispatchKeyEvent", params);
        }
    }

    /// Clicks into the middle of an element, which is brought into view.
    #[track_caller]
    pub fn click(&mut self, selector: &str) {
        let middle = self.eval(&format!(
            "(() => {{ const found = document.querySelector({selector:?}); \
             found.scrollIntoView({{ block: 'center', inline: 'center', behavior: 'instant' }}); \
             const at = found.getBoundingClientRect(); \
             return [at.x + at.width / 2, at.y + at.height / 2]; }})()"
        ));
        for kind in ["mousePressed", "mouseReleased"] {
            let params =
                json!({ "type": kind, "x": middle[0], "y": middle[1], "button": "left", "clickCount": 1 });
            self.call("Input.dispatchMouseEvent", params);
        }
    }

    /// Makes the window as large.
    pub fn resize(&mut self, width: u32, height: u32) {
        let params =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500 });
        self.call("Emulation.setDeviceMetricsOverride", params);
    }

    /// A paper or a screen, in light or in dark; nothing moves by itself.
    pub fn emulate(&mut self, media: &str, theme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.call("Emulation.setEmulatedMedia", json!({ "media": media, "features": features }));
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
