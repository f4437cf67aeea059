//! One meaning for all dialects: Langfuse, OpenTelemetry `gen_ai`, OpenInference, OpenLLMetry/Traceloop, and what
//! frameworks write in names of their own (Vercel AI SDK, Google ADK, Pydantic AI and Logfire, `MLflow`, Mastra, …).
//!
//! Follows the OpenTelemetry `gen_ai` semantic conventions v1.41.0 and their older names, the OpenInference
//! conventions and the Langfuse attribute names. Each arrival keeps the number of the mapping that
//! built it, and is read again by that one: `wire_first` is the first, as it was. A change that alters what the same
//! bytes mean raises [`VERSION`] once the number was released.

pub mod answer;
pub mod attributes;
pub mod compose;
pub mod cost;
pub mod environment;
pub mod flatten;
pub mod identity;
pub mod io;
pub mod json;
pub mod keys;
pub mod kind;
pub mod logged;
pub mod messages;
pub mod metadata;
pub mod name;
pub mod offered;
pub mod own_rules;
pub mod parameters;
pub mod span;
pub mod status;
pub mod tokens;
pub mod usage;
pub mod work_refs;

/// The number of this mapping, kept with every arrival.
pub const VERSION: u16 = 2;
