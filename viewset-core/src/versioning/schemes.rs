//! The five schemes of DRF.

use std::borrow::Cow;

use http::StatusCode;

use super::Versioning;
use crate::error::{Error, Result};
use crate::parsers::parameters::Header;
use crate::request::RequestHead;
use crate::reverse::Reverse;

/// What every scheme can be told (row Q7).
#[derive(Clone, Copy, Debug)]
struct Versions {
    default: Option<&'static str>,
    allowed: &'static [&'static str],
    param: &'static str,
}

impl Versions {
    const NONE: Self = Self { default: None, allowed: &[], param: "version" };

    /// DRF's `is_allowed_version`: every version, if none is named; the default always.
    fn allow(&self, version: &str) -> bool {
        self.allowed.is_empty() || self.allowed.contains(&version) || self.default == Some(version)
    }

    /// The version that was found, else the default; refused if it is not allowed.
    fn choose(
        &self,
        found: Option<&str>,
        refusal: impl FnOnce() -> Error,
    ) -> Result<Option<Cow<'static, str>>> {
        match found {
            Some(version) if self.allow(version) => Ok(Some(Cow::Owned(version.to_owned()))),
            Some(_) => Err(refusal()),
            None => match self.default {
                Some(version) => Ok(Some(Cow::Borrowed(version))),
                None if self.allowed.is_empty() => Ok(None),
                None => Err(refusal()),
            },
        }
    }
}

fn not_found(text: &'static str) -> Error {
    Error::api(StatusCode::NOT_FOUND, text, "not_found")
}

macro_rules! scheme {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            versions: Versions,
        }

        #[doc = concat!("Any version, and no default: `versioning_class = ", stringify!($name), "`.")]
        #[expect(non_upper_case_globals, reason = "it is the type's own value")]
        pub const $name: $name = $name { versions: Versions::NONE };

        impl $name {
            /// Any version, and no default.
            #[expect(clippy::new_without_default, reason = "it stands in constants, where only `new` can")]
            pub const fn new() -> Self {
                Self { versions: Versions::NONE }
            }

            /// The version of a request that names none. Default: none.
            #[must_use]
            pub const fn default_version(mut self, version: &'static str) -> Self {
                self.versions.default = Some(version);
                self
            }

            /// The versions that are answered, beside the default. Default: all.
            #[must_use]
            pub const fn allowed_versions(mut self, versions: &'static [&'static str]) -> Self {
                self.versions.allowed = versions;
                self
            }

            /// The name of the parameter (DRF's `VERSION_PARAM`). Default: `version`.
            #[must_use]
            pub const fn version_param(mut self, name: &'static str) -> Self {
                self.versions.param = name;
                self
            }
        }
    };
}

scheme! {
    /// `Accept: application/json; version=1.0` (row Q2).
    AcceptHeaderVersioning
}

impl Versioning for AcceptHeaderVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        let accepted = Header::parse(req.accepted_media_type()).unwrap_or_default();
        self.versions.choose(accepted.get(self.versions.param), || {
            let text = "Invalid version in \"Accept\" header.";
            Error::api(StatusCode::NOT_ACCEPTABLE, text, "not_acceptable")
        })
    }
}

scheme! {
    /// A URL argument, of a prefix or of a scope around the router: `/v1/users/` (row Q3).
    UrlPathVersioning
}

impl Versioning for UrlPathVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        let found = req.kwarg(self.versions.param);
        self.versions.choose(found, || not_found("Invalid version in URL path."))
    }

    fn reverse<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a> {
        match req.version() {
            Some(version) => url.default_kwarg(self.versions.param, version),
            None => url,
        }
    }
}

scheme! {
    /// The [`namespace`](crate::routers::RouterBuilder::namespace) of the router (row Q4). Of nested
    /// ones (`shop:v1`) the first that is a version counts.
    NamespaceVersioning
}

impl Versioning for NamespaceVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        let Some(namespace) = req.router().settings.namespace.as_deref() else {
            return Ok(self.versions.default.map(Cow::Borrowed));
        };
        match namespace.split(':').find(|version| self.versions.allow(version)) {
            Some(version) => Ok(Some(Cow::Owned(version.to_owned()))),
            None => {
                Err(not_found("Invalid version in URL path. Does not match any version namespace."))
            }
        }
    }
}

scheme! {
    /// The first label of the host: `v1.example.com` (row Q5).
    HostNameVersioning
}

impl Versioning for HostNameVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        let host = req.host();
        // DRF's `^([a-zA-Z0-9]+)\.[a-zA-Z0-9]+\.[a-zA-Z0-9]+$`, after the port is cut off.
        let host = host.split(':').next().unwrap_or_default();
        let labels: Vec<_> = host.split('.').collect();
        let is_label = |label: &&str| {
            !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric())
        };
        match labels.as_slice() {
            [version, _, _] if labels.iter().all(is_label) => {
                self.versions.choose(Some(version), || not_found("Invalid version in hostname."))
            }
            _ => Ok(self.versions.default.map(Cow::Borrowed)),
        }
    }
}

scheme! {
    /// `?version=1.0` (row Q6).
    QueryParameterVersioning
}

impl Versioning for QueryParameterVersioning {
    fn determine_version(&self, req: &RequestHead) -> Result<Option<Cow<'static, str>>> {
        let found = req.query_param(self.versions.param);
        self.versions.choose(found.as_deref(), || not_found("Invalid version in query parameter."))
    }

    fn reverse<'a>(&self, req: &'a RequestHead, url: Reverse<'a>) -> Reverse<'a> {
        match req.version() {
            Some(version) => url.query(self.versions.param, version),
            None => url,
        }
    }
}
