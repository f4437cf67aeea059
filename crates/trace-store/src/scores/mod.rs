//! Scores as programs ask for them: by ids, names, sources, targets, values and times.
//!
//! They are written with what arrives (`traces::store::scores`); here they are only read.

pub mod reads;
