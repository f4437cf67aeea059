//! Finding: one field for everything that a project holds, with the right of each page that shows it (R38).
//!
//! What is typed is first taken for a number, a code or an id, and what has exactly that stands on top. Then it is words, looked for in each
//! source by itself: each with a limit of its own and a bound on what it looks at, which the page says. What somebody may not see is neither
//! shown nor counted. `docs/decisions/search.md` says what is looked for where, and what is not.

mod asked;
mod found;
mod pages;
mod routes;
mod sources;

pub use routes::routes;
