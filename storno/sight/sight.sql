CREATE OR REPLACE FUNCTION looked_after(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Whether a client is theirs who asks, or nobody's. Whoever nobody looks after is theirs who look
-- after the clients beside whom it stands; who is offered to all is everybody's. Who was taken from
-- beside a client has paid for it, and of who is forgotten only papers are left: neither is a reason
-- to become everybody's.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
BEGIN
  IF EXISTS (SELECT FROM clients_care
      WHERE organization_id = mine AND client_id = subject AND person_id = me) THEN
    RETURN true;
  END IF;
  IF EXISTS (SELECT FROM clients_care WHERE organization_id = mine AND client_id = subject) THEN
    RETURN false;
  END IF;
  RETURN EXISTS (SELECT FROM clients_client
      WHERE organization_id = mine AND id = subject AND forgotten_at IS NULL
        AND (shared OR NOT EXISTS (
          SELECT FROM clients_contact WHERE organization_id = mine AND party_id = subject)
        AND (served OR NOT EXISTS (
          SELECT FROM diary_booking WHERE organization_id = mine AND recipient_id = subject))))
    OR EXISTS (SELECT FROM clients_contact AS contact
      WHERE contact.organization_id = mine AND contact.party_id = subject
        AND (NOT EXISTS (SELECT FROM clients_care AS care
            WHERE care.organization_id = mine AND care.client_id = contact.client_id)
          OR EXISTS (SELECT FROM clients_care AS care
            WHERE care.organization_id = mine AND care.client_id = contact.client_id
              AND care.person_id = me)));
END $$
CREATE OR REPLACE FUNCTION session_in_sight(practitioner uuid, client uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- A session, or a series of them; what has no client is told by whose diary it is in.
BEGIN
  RETURN practitioner = current_setting('app.clients_of')::uuid OR client IS NULL
    OR looked_after(client);
END $$
CREATE OR REPLACE FUNCTION clients_in_sight() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 ROWS 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Whom somebody looks after; who stands beside one of these or pays for one; whoever is booked in
-- the own diary, and who pays for that; and who pays a paper of these, whatever sessions say of
-- their payer since. All at once, so that a row of others costs a look into a hash. The scope has
-- gathered them when it was opened: until its transaction writes, that holds.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  gathered CONSTANT text := current_setting('app.clients_in_sight', true);
BEGIN
  IF gathered <> '' AND pg_current_xact_id_if_assigned() IS NULL THEN
    RETURN QUERY SELECT unnest(gathered::uuid[]);
    RETURN;
  END IF;
  RETURN QUERY
    WITH kept AS MATERIALIZED (
      SELECT client_id AS id FROM clients_care WHERE organization_id = mine AND person_id = me
    ), unkept AS MATERIALIZED (
      SELECT client.id, client.shared, client.served FROM clients_client AS client
        WHERE client.organization_id = mine AND client.forgotten_at IS NULL
          AND NOT EXISTS (SELECT FROM clients_care AS care
          WHERE care.organization_id = mine AND care.client_id = client.id)
    ), beside AS MATERIALIZED (
      SELECT party_id, client_id FROM clients_contact WHERE organization_id = mine
    ), looked_after AS MATERIALIZED (
      SELECT id FROM kept
      UNION ALL
      SELECT id FROM unkept WHERE shared
        OR id NOT IN (SELECT party_id FROM beside) AND (served OR NOT EXISTS (
          SELECT FROM diary_booking WHERE organization_id = mine AND recipient_id = unkept.id))
        OR id IN (SELECT party_id FROM beside
          WHERE client_id IN (SELECT id FROM kept) OR client_id IN (SELECT id FROM unkept))
    ), session AS MATERIALIZED ( -- by index, client for client: others' are not read
      SELECT id, client_id, recipient_id FROM diary_booking
        WHERE organization_id = mine AND practitioner_id = me AND kind = 'session'
      UNION ALL
      SELECT booking.* FROM looked_after, LATERAL (
        SELECT id, client_id, recipient_id FROM diary_booking
          WHERE organization_id = mine AND client_id = looked_after.id AND kind = 'session'
            AND practitioner_id <> me
          OFFSET 0) AS booking
    ), near AS MATERIALIZED (
      SELECT id FROM looked_after
      UNION SELECT party_id FROM beside WHERE client_id IN (SELECT id FROM looked_after)
      UNION SELECT client_id FROM session
      UNION SELECT recipient_id FROM session WHERE recipient_id IS NOT NULL
    ), invoice AS MATERIALIZED ( -- of other payers: few, and only of these it is asked
      SELECT paper.id, paper.recipient_id FROM session, LATERAL (
        SELECT standing.id, standing.recipient_id FROM documents_line AS line
          JOIN documents_standing AS standing
            ON standing.organization_id = mine AND standing.id = line.document_id
          WHERE line.organization_id = mine AND line.source_id = session.id
          OFFSET 0) AS paper
        WHERE paper.recipient_id NOT IN (SELECT id FROM near)
    ), draft AS MATERIALIZED (
      SELECT paper.id, paper.credits_id, paper.recipient_id FROM documents_draftline AS line
        JOIN documents_draft AS paper
          ON paper.organization_id = mine AND paper.id = line.draft_id
        WHERE line.organization_id = mine AND line.served_id IS NOT NULL
          AND (line.source_id IN (SELECT id FROM session)
            OR line.served_id IN (SELECT id FROM looked_after))
          AND paper.recipient_id NOT IN (SELECT id FROM near)
    )
    SELECT id FROM near
    UNION SELECT recipient_id FROM invoice WHERE paper_in_sight(id, recipient_id)
    UNION SELECT recipient_id FROM draft WHERE draft_in_sight(id, credits_id, recipient_id);
END $$
CREATE OR REPLACE FUNCTION pays_for_somebody(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp AS $$
-- Whether a client on offer has this one as its standing recipient, in sight or not.
BEGIN
  RETURN EXISTS (SELECT FROM clients_contact AS contact
    JOIN clients_client AS client
      ON client.organization_id = contact.organization_id AND client.id = contact.client_id
    WHERE contact.organization_id = current_organization() AND contact.party_id = subject
      AND contact.recipient AND client.archived_at IS NULL);
END $$
CREATE OR REPLACE FUNCTION contact_in_sight(served uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Who stands beside a client that is looked after; and beside whoever is booked in the own diary,
-- for what was held there is billed as it was agreed.
BEGIN
  RETURN looked_after(served)
    OR EXISTS (SELECT FROM diary_booking
      WHERE organization_id = current_organization() AND client_id = served AND kind = 'session'
        AND practitioner_id = current_setting('app.clients_of')::uuid);
END $$
CREATE OR REPLACE FUNCTION paper_in_sight(invoice uuid, payer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- An invoice, with its credit notes, whose payer is in sight: by whose sessions it bills, or by who
-- pays where it bills none; such a one also by who issued it, or wrote it before another issued it.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  sessions boolean;
BEGIN
  SELECT bool_and(CASE
      WHEN booking.practitioner_id = me THEN true
      -- What looked_after() says of nearly all clients, without the price of calling it.
      WHEN EXISTS (SELECT FROM clients_care AS care WHERE care.organization_id = mine
        AND care.client_id = booking.client_id AND care.person_id = me) THEN true
      WHEN EXISTS (SELECT FROM clients_care AS care WHERE care.organization_id = mine
        AND care.client_id = booking.client_id) THEN false
      ELSE looked_after(booking.client_id) END) INTO sessions
    FROM documents_line AS line
    JOIN diary_booking AS booking
      ON booking.organization_id = mine AND booking.id = line.source_id
    WHERE line.organization_id = mine AND line.document_id = invoice
      AND line.source_kind = 'session' AND booking.client_id IS NOT NULL;
  IF sessions IS NULL THEN
    RETURN looked_after(payer) OR EXISTS (SELECT FROM documents_document AS paper
      WHERE paper.organization_id = mine AND paper.id = invoice
        AND (paper.issued_by = me OR EXISTS (SELECT FROM history_event AS event
          WHERE event.organization_id = mine AND event.subject_id = paper.draft_id
            AND event.kind = 'draft.saved' AND event.person_id = me)));
  END IF;
  RETURN sessions;
END $$
CREATE OR REPLACE FUNCTION draft_in_sight(draft uuid, credited uuid, payer uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- As with invoices, by who began it, without a payer too; a credit note on hold is seen with its invoice.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  sessions boolean;
BEGIN
  IF credited IS NOT NULL THEN
    RETURN paper_in_sight(credited, payer);
  END IF;
  SELECT bool_and(booking.practitioner_id IS NOT DISTINCT FROM me
      OR looked_after(coalesce(booking.client_id, line.served_id))) INTO sessions
    FROM documents_draftline AS line
    LEFT JOIN diary_booking AS booking
      ON booking.organization_id = mine AND booking.id = line.source_id
    WHERE line.organization_id = mine AND line.draft_id = draft
      AND coalesce(booking.client_id, line.served_id) IS NOT NULL;
  IF payer IS NULL THEN
    RETURN coalesce(sessions, true);
  END IF;
  IF sessions IS NULL THEN
    RETURN looked_after(payer) OR EXISTS (SELECT FROM documents_draft
      WHERE organization_id = mine AND id = draft AND created_by = me);
  END IF;
  RETURN sessions;
END $$
CREATE OR REPLACE FUNCTION whose(subject uuid) RETURNS uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- The client without whom nothing is seen of what an id stands for: of a paper, and of the draft
-- that it was, who pays. Null where there is none, or where nothing here has the id.
DECLARE
  mine CONSTANT uuid := current_setting('app.organization')::uuid; -- one call less a row
  client uuid;
BEGIN
  SELECT recipient_id INTO client FROM documents_document
    WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT recipient_id INTO client FROM documents_document
    WHERE organization_id = mine AND draft_id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT client_id INTO client FROM diary_booking WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT id INTO client FROM clients_client WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT recipient_id INTO client FROM documents_draft
    WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT client_id INTO client FROM diary_series WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN client;
  END IF;
  SELECT whose(subject_id) INTO client FROM mailroom_letter
    WHERE organization_id = mine AND id = subject;
  RETURN client;
END $$
CREATE OR REPLACE FUNCTION subject_in_sight(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Whatever an id stands for that others name as their subject, where whose() is in sight; null where
-- nothing here has it.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  seen boolean;
BEGIN
  SELECT paper_in_sight(coalesce(corrects_id, id), recipient_id) INTO seen
    FROM documents_document WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  SELECT paper_in_sight(coalesce(corrects_id, id), recipient_id) INTO seen
    FROM documents_document WHERE organization_id = mine AND draft_id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  SELECT practitioner_id = me
      OR EXISTS (SELECT FROM diary_grant
        WHERE organization_id = mine AND owner_id = booking.practitioner_id AND to_id = me)
      AND (client_id IS NULL OR looked_after(client_id)) INTO seen
    FROM diary_booking AS booking WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  IF EXISTS (SELECT FROM clients_client WHERE organization_id = mine AND id = subject) THEN
    RETURN looked_after(subject);
  END IF;
  SELECT draft_in_sight(id, credits_id, recipient_id) INTO seen
    FROM documents_draft WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  SELECT practitioner_id = me OR looked_after(client_id) INTO seen
    FROM diary_series WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  SELECT subject_in_sight(subject_id) INTO seen
    FROM mailroom_letter WHERE organization_id = mine AND id = subject;
  RETURN seen;
END $$
CREATE OR REPLACE FUNCTION deleted_draft_in_sight(facts jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- What draft_in_sight() said of a draft before it was thrown away, as far as its deletion tells.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  payer CONSTANT uuid := nullif(facts ->> 'recipient_id', '')::uuid;
  billed CONSTANT uuid[] := string_to_array(facts ->> 'billed', ' ');
  sessions boolean;
BEGIN
  IF facts ->> 'drafted_by' IS NULL
      OR payer IS NOT NULL AND payer NOT IN (SELECT clients_in_sight()) THEN
    RETURN false;
  END IF;
  SELECT bool_and(looked_after(client::uuid)
      OR coalesce((SELECT bool_and(practitioner_id = me) FROM diary_booking
        WHERE organization_id = mine AND id = ANY (billed) AND client_id = client::uuid), false))
    INTO sessions
    FROM unnest(string_to_array(facts ->> 'served', ' ')) AS client;
  IF payer IS NULL THEN
    RETURN coalesce(sessions, true);
  END IF;
  RETURN coalesce(sessions, looked_after(payer) OR facts ->> 'drafted_by' = me::text);
END $$
CREATE OR REPLACE FUNCTION event_in_sight(subject uuid, kind text, facts jsonb) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Of the house everybody sees all; of a draft that is gone, that it is, who saw it.
DECLARE
  seen CONSTANT boolean := subject_in_sight(subject);
BEGIN
  IF seen IS NOT NULL THEN
    RETURN seen;
  END IF;
  IF kind = 'draft.deleted' THEN
    RETURN deleted_draft_in_sight(facts);
  END IF;
  RETURN split_part(kind, '.', 1) IN ('organization', 'member', 'service', 'numbering', 'diary');
END $$
