//! What is written down of a call at once: that it begins, before anything of it is sent upstream, and how it ended, before
//! the client has its last byte. Lines of JSON.

use serde::{Deserialize, Serialize};

use crate::foundation::{Actor, ActorKind, Asker, ProjectKey, Timestamp};

use super::model::{Provider, State};

/// A call, as it is known when it begins.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begun {
    /// The project, inside.
    pub project: i64,
    pub number: i64,
    pub provider: Provider,
    pub method: String,
    /// Without its query, which may hold what is nobody's business.
    pub path: String,
    /// Whether a model answers, so that it is billed.
    pub is_billed: bool,
    pub trace_id: String,
    pub span_id: String,
    pub at: Timestamp,
    /// The agent whose key it was, so that the trace is known as one that it sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender: Option<Sender>,
}

/// An agent's account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Sender {
    pub id: String,
    pub name: String,
}

impl Sender {
    /// Whoever asks, where that is an agent.
    pub fn of(asker: &Asker) -> Option<Self> {
        let named = || Self { id: asker.actor.id.clone(), name: asker.actor.name.clone() };
        asker.is_agent().then(named)
    }

    /// Who brings its traces in: a rule, in the name of the agent whose key it was.
    pub fn asker(sender: Option<&Self>, project: ProjectKey) -> Asker {
        let mut asker = Asker::system(project);
        if let Some(Self { id, name }) = sender.cloned() {
            asker.actor = Actor { id, kind: ActorKind::Agent, name, ..Actor::system() };
        }
        asker
    }
}

impl Begun {
    /// Its project.
    pub fn project(&self) -> ProjectKey {
        ProjectKey(self.project)
    }
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub state: State,
    /// The status that the upstream gave; none when it gave none.
    pub status: Option<u16>,
    /// Why it is no answer.
    pub reason: Option<String>,
    pub model: Option<String>,
    pub input_tokens: Option<i64>,
    pub output_tokens: Option<i64>,
    pub at: Timestamp,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Record {
    Begun(Begun),
    Ended {
        begun: Begun,
        ended: Ended,
        /// The span that tells of it, in the JSON of OTLP.
        span: serde_json::Value,
    },
}

impl Record {
    /// The line, with its break.
    pub fn to_line(&self) -> serde_json::Result<Vec<u8>> {
        let mut line = serde_json::to_vec(self)?;
        line.push(b'\n');
        Ok(line)
    }

    /// Reads lines; one that was cut off by the end of a process is left out, since nobody was told that it was written.
    pub fn read(bytes: &[u8]) -> Vec<Self> {
        let lines = bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        lines.filter_map(|line| serde_json::from_slice(line).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_back_and_half_a_line_is_left_out() {
        let begun = Begun {
            project: 1,
            number: 7,
            provider: Provider::OpenAi,
            method: "POST".to_owned(),
            path: "/v1/chat/completions".to_owned(),
            is_billed: true,
            trace_id: "a".repeat(32),
            span_id: "b".repeat(16),
            at: Timestamp(5),
            sender: Some(Sender { id: "a".to_owned(), name: "Agent".to_owned() }),
        };
        let ended = Ended {
            state: State::Answered,
            status: Some(200),
            reason: None,
            model: Some("m".to_owned()),
            input_tokens: Some(1),
            output_tokens: None,
            at: Timestamp(9),
        };
        let span = serde_json::json!({"name": "line\nbreak"});
        let records = vec![Record::Begun(begun.clone()), Record::Ended { begun, ended, span }];
        let mut bytes: Vec<u8> = records.iter().flat_map(|it| it.to_line().unwrap()).collect();
        assert_eq!(Record::read(&bytes), records);
        bytes.truncate(bytes.len() - 10);
        assert_eq!(Record::read(&bytes), records[..1]);
    }
}
