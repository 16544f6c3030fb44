//! Accounts, which their owners alone see.

use viewset_actix::extractors::FromRequest as _;
use viewset_actix::prelude::*;
use viewset_actix::serializers::{Decimal, Uuid};

use super::tables::accounts;
use super::users::User;

/// Money at its owner's disposal.
#[derive(Queryable, Selectable, Identifiable, Serialize, ModelViewSet)]
#[diesel(table_name = accounts)]
pub(super) struct Account {
    id: i32,
    #[diesel(column_name = owner_id)]
    #[field(read_only, related = User)]
    owner: i32,
    #[field(max_length = 100)]
    name: String,
    #[field(required = false, min_value = 0)]
    balance: Decimal<12, 2>,
    #[field(choices = [("EUR", "Euro"), ("USD", "US Dollar"), ("GBP", "Pound Sterling")])]
    currency: String,
    opened_on: NaiveDate,
    #[field(allow_blank)]
    notes: Option<String>,
    #[field(required = false)]
    external_id: Uuid,
}

#[derive(Serializer)]
struct Amount {
    #[field(min_value = 0.01)]
    amount: Decimal<8, 2>,
}

pub(super) struct AccountViewSet;

/// The accounts of the user who sent the request.
#[viewset(model = Account, permission_classes = [IsAuthenticated])]
impl AccountViewSet {
    fn get_queryset(&self, req: &Request) -> Result<Query<Account>> {
        let owner = req.require_user::<User>()?.id;
        Ok(Account::objects().filter(accounts::owner_id.eq(owner)).order(accounts::id))
    }

    async fn perform_create(&self, req: &Request, mut data: Input<Account>) -> Result<Account> {
        data.owner = Some(req.require_user::<User>()?.id);
        data.balance.get_or_insert_default();
        if data.external_id.is_none() {
            data.external_id = Some(Uuid::random()?);
        }
        Account::create(req, data).await
    }

    async fn perform_update(
        &self,
        req: &Request,
        instance: Account,
        data: Input<Account>,
    ) -> Result<Account> {
        let changes = data.currency.as_ref().is_some_and(|currency| *currency != instance.currency);
        if changes && instance.balance > Decimal::<12, 2>::ZERO {
            let text = "Only an empty account may change its currency.";
            return Err(Error::validation(ErrorDetail::field("currency", text, "invalid")));
        }
        instance.save(req, data).await
    }

    async fn perform_destroy(&self, req: &Request, instance: Account) -> Result<()> {
        if instance.balance > Decimal::<12, 2>::ZERO {
            return Err(Error::api(StatusCode::CONFLICT, "The account is not empty.", "conflict"));
        }
        instance.destroy(req).await
    }

    /// Add an amount to the balance.
    #[action(detail = true, methods = ["post"])]
    async fn deposit(&self, req: &Request) -> Result<Response> {
        // The body is read before the transaction begins, and judged after the account is found.
        req.body().await?;
        let account = self.atomic(req, async {
            let account = self.get_object(req).await?;
            let Validated(Amount { amount }) = Validated::from_request(req).await?;
            let balance = Some(account.balance + amount);
            let data = Input::<Account> { balance, ..Default::default() };
            account.save(req, data).await
        });
        Response::data(req, StatusCode::ACCEPTED, &account.await?)
    }
}
