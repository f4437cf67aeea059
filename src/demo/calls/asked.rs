//! A call of the assistant as the tables of the story say it.

use crate::demo::days::At;

/// How a call comes in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::demo) enum Client {
    GenAi,
    OpenInference,
    Langfuse,
}

/// A model, by its maker, its name, and the version of the prompt it was given.
#[derive(Clone, Copy, Debug)]
pub(in crate::demo) struct Model {
    pub(super) maker: &'static str,
    pub(super) name: &'static str,
    pub(super) prompt: u32,
}

/// One call.
pub(in crate::demo) struct Call {
    /// What the tables call it; its ids are made of it.
    pub(in crate::demo) key: &'static str,
    pub(in crate::demo) at: At,
    pub(super) client: Client,
    /// The order that it names, by the tables' name, and a place of that; empty for none.
    pub(in crate::demo) order: (&'static str, &'static str),
    pub(super) model: Model,
    /// Tokens in and out.
    pub(super) tokens: (u32, u32),
    /// How long it took.
    pub(super) millis: i64,
    /// The conversation, who asked, and for which part of the house.
    pub(super) from: (&'static str, &'static str, &'static str),
    pub(super) question: &'static str,
    /// A tool, what it was asked and what it gave.
    pub(super) tool: (&'static str, &'static str, &'static str),
    pub(super) answer: &'static str,
    /// Why the tool failed.
    pub(super) fault: Option<&'static str>,
}

/// The models of three months, with the prompts that they had.
pub(super) const OLD: Model = Model { maker: "openai", name: "gpt-4o", prompt: 1 };
pub(super) const SMALL: Model = Model { maker: "openai", name: "gpt-4o-mini", prompt: 2 };
pub(super) const SHARP: Model = Model { maker: "anthropic", name: "claude-sonnet-4-5", prompt: 2 };
pub(super) const QUICK: Model = Model { maker: "anthropic", name: "claude-haiku-4-5", prompt: 3 };
pub(super) const NEW: Model = Model { maker: "anthropic", name: "claude-sonnet-4-5", prompt: 3 };
