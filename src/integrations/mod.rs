//! Other systems that Tracewright talks to. Each is a folder of its own.

pub mod langfuse;
