//! What a router knows of the requests of all its viewsets (DRF's and Django's `settings.py`).

use std::borrow::Cow;
use std::time::Duration;

use crate::error::{Error, Result};
use crate::exceptions::exception_handler;
use crate::request::Request;
use crate::response::Response;
use crate::throttling::{ErasedThrottleStore, MemoryStore, Rates};
use crate::views::{AllowedHosts, Answered};

/// The default of `RouterBuilder::body_limit`: 2.5 MiB, as Django's `DATA_UPLOAD_MAX_MEMORY_SIZE`.
pub const DEFAULT_BODY_LIMIT: usize = 2_621_440;

/// The default of `RouterBuilder::upload_limit`: 50 MiB.
pub const DEFAULT_UPLOAD_LIMIT: u64 = 52_428_800;

/// The default of `RouterBuilder::body_timeout`: 30 seconds.
pub const DEFAULT_BODY_TIMEOUT: Duration = Duration::from_secs(30);

/// DRF's `EXCEPTION_HANDLER`.
pub(crate) type ExceptionHandler = Box<dyn Fn(&Request, Error) -> Result<Response> + Send + Sync>;

/// What is told of every answered request.
pub(crate) type Observer = Box<dyn Fn(&Answered<'_>) + Send + Sync>;

pub(crate) struct RouterSettings {
    pub(crate) body_limit: usize,
    pub(crate) upload_limit: u64,
    pub(crate) body_timeout: Duration,
    /// The hosts that are served; `None` for any.
    pub(crate) allowed_hosts: Option<AllowedHosts>,
    pub(crate) secure_proxy_ssl_header: Option<(&'static str, &'static str)>,
    pub(crate) num_proxies: Option<usize>,
    /// What signs the tokens of keyset pages.
    pub(crate) secret_key: Option<Vec<u8>>,
    /// The parameter that searches.
    pub(crate) search_param: Cow<'static, str>,
    /// The parameter that sorts.
    pub(crate) ordering_param: Cow<'static, str>,
    pub(crate) namespace: Option<Cow<'static, str>>,
    pub(crate) throttle_rates: Rates,
    pub(crate) throttle_store: Box<dyn ErasedThrottleStore>,
    pub(crate) exception_handler: ExceptionHandler,
    pub(crate) observer: Option<Observer>,
    /// What was wrong with what was told.
    pub(super) problems: Vec<String>,
}

impl Default for RouterSettings {
    fn default() -> Self {
        Self {
            body_limit: DEFAULT_BODY_LIMIT,
            upload_limit: DEFAULT_UPLOAD_LIMIT,
            body_timeout: DEFAULT_BODY_TIMEOUT,
            allowed_hosts: None,
            secure_proxy_ssl_header: None,
            num_proxies: None,
            secret_key: None,
            search_param: Cow::Borrowed("search"),
            ordering_param: Cow::Borrowed("ordering"),
            namespace: None,
            throttle_rates: Rates::default(),
            throttle_store: Box::new(MemoryStore::new()),
            exception_handler: Box::new(exception_handler),
            observer: None,
            problems: Vec::new(),
        }
    }
}
