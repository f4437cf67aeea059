//! What the first start creates without asking: for headless set-up.

use crate::foundation::Result;

use super::Values;

/// The project, key pair and owner of the first start.
#[derive(Clone, Default)]
pub struct InitConfig {
    /// Id of the first project, as clients see it.
    pub project_id: Option<String>,
    /// Name of the first project.
    pub project_name: Option<String>,
    /// Public half of the first key pair.
    pub public_key: Option<String>,
    /// Secret half of the first key pair.
    pub secret_key: Option<String>,
    /// Email address the owner signs in with.
    pub owner_email: Option<String>,
    /// The owner's first password.
    pub owner_password: Option<String>,
}

impl InitConfig {
    pub(super) fn read(values: &mut Values) -> Result<Self> {
        Ok(Self {
            project_id: values.optional("init.project-id"),
            project_name: values.optional("init.project-name"),
            public_key: values.optional("init.public-key"),
            secret_key: values.secret("init.secret-key")?,
            owner_email: values.optional("init.owner-email"),
            owner_password: values.secret("init.owner-password")?,
        })
    }
}

impl std::fmt::Debug for InitConfig {
    /// Without the secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("InitConfig")
            .field("project_id", &self.project_id)
            .field("project_name", &self.project_name)
            .field("public_key", &self.public_key)
            .field("owner_email", &self.owner_email)
            .finish_non_exhaustive()
    }
}
