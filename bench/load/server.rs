//! The server under load, as a client with a key and as a person in a browser.

use std::time::Duration;

use base64::Engine as _;
use clap::Args;
use ureq::Agent;

/// Where the server is and with which key; loopback only.
#[derive(Args, Clone)]
pub struct Target {
    /// Its address: <http://127.0.0.1:8420>
    #[arg(long, value_parser = loopback)]
    pub url: String,
    #[arg(long, default_value = "")]
    pub public_key: String,
    #[arg(long, default_value = "", env = "LOAD_SECRET_KEY")]
    pub secret_key: String,
}

fn loopback(text: &str) -> Result<String, String> {
    let hosts = ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"];
    if hosts.iter().any(|host| text.starts_with(host)) {
        return Ok(text.trim_end_matches('/').to_owned());
    }
    Err("load goes to loopback only".to_owned())
}

impl Target {
    /// The value of `Authorization`.
    pub fn login(&self) -> String {
        let both = format!("{}:{}", self.public_key, self.secret_key);
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(both))
    }

    /// Reads JSON with the key; none for anything but 200.
    pub fn read(&self, agent: &Agent, path: &str) -> Option<serde_json::Value> {
        let answer = agent.get(format!("{}{path}", self.url)).header("authorization", self.login()).call();
        let mut answer = answer.ok().filter(|answer| answer.status() == 200)?;
        answer.body_mut().with_config().limit(256 << 20).read_json().ok()
    }
}

/// A client that takes every answer as one, and keeps cookies.
pub fn agent() -> Agent {
    let config = Agent::config_builder().http_status_as_error(false).max_redirects(0);
    Agent::new_with_config(config.timeout_global(Some(Duration::from_mins(1))).build())
}

/// Somebody signed in.
pub struct Person {
    agent: Agent,
    url: String,
}

impl Person {
    /// Signs in; ends the program when that is refused.
    pub fn sign_in(url: &str, email: &str, password: &str) -> Self {
        let person = Self { agent: agent(), url: url.to_owned() };
        let status = person.post("/sign-in", &[("email", email), ("password", password)]);
        assert_eq!(status, 303, "the sign-in was refused");
        person
    }

    /// Reads a page: its status and text.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut answer = self.agent.get(format!("{}{path}", self.url)).call().expect("the server answers");
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string().unwrap_or_default();
        (answer.status().as_u16(), text)
    }

    /// Sends a form as a page of the server would; gives the status.
    pub fn post(&self, path: &str, fields: &[(&str, &str)]) -> u16 {
        let request = self.agent.post(format!("{}{path}", self.url)).header("origin", &self.url);
        request.send_form(fields.iter().copied()).expect("the server answers").status().as_u16()
    }
}
