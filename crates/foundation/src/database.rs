//! The database's errors as ours.

use diesel::result::{DatabaseErrorKind, Error as Cause};

use crate::Error;

impl From<Cause> for Error {
    fn from(cause: Cause) -> Self {
        match cause {
            Cause::NotFound => Self::not_found("the record"),
            gone if is_out_of_reach(&gone) => {
                tracing::warn!(cause = %gone, "the database cannot be used at the moment");
                Self::Unavailable("the database cannot be reached at the moment; try again".into())
            }
            other => Self::Internal(format!("database: {other}")),
        }
    }
}

/// What passes by itself: a server that restarts, a disk without room. Whoever sent something sends it again.
fn is_out_of_reach(cause: &Cause) -> bool {
    let words = [
        "server closed the connection",
        "terminating connection",
        "connection to server",
        "no connection to the server",
        "the database system is",
        "disk is full",
        "no space left",
    ];
    match cause {
        Cause::DatabaseError(
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand,
            _,
        ) => true,
        Cause::BrokenTransactionManager => true,
        Cause::DatabaseError(_, said) => {
            let said = said.message().to_lowercase();
            words.iter().any(|word| said.contains(word))
        }
        _ => false,
    }
}
