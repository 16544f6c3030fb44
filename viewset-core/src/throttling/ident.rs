//! Who is counted, where nobody has authenticated: the address (DRF's `get_ident`, row I7).

use std::borrow::Cow;

use crate::request::RequestHead;

impl RequestHead {
    /// The client's address, for throttles. As in DRF it is the whole `X-Forwarded-For`, if there is
    /// one; anybody can send that, so set the router's
    /// [`num_proxies`](crate::routers::RouterBuilder::num_proxies): 0 trusts none, `n` takes the n-th
    /// address from the right.
    pub fn ident(&self) -> Cow<'_, str> {
        let remote =
            || self.remote_addr().map_or(Cow::Borrowed(""), |ip| Cow::Owned(ip.to_string()));
        let proxies = self.router().settings.num_proxies;
        let Some(forwarded) = self.joined_header("x-forwarded-for") else { return remote() };
        let forwarded = match forwarded {
            Cow::Borrowed(bytes) => String::from_utf8_lossy(bytes),
            Cow::Owned(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        };
        match proxies {
            Some(0) => remote(),
            Some(proxies) => {
                let hops: Vec<_> = forwarded.split(',').collect();
                let place = hops.len().saturating_sub(proxies);
                Cow::Owned(hops.get(place).copied().unwrap_or_default().trim().to_owned())
            }
            None if forwarded.is_empty() => remote(),
            None => Cow::Owned(forwarded.split_whitespace().collect()),
        }
    }
}
