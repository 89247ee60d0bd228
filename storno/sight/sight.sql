CREATE OR REPLACE FUNCTION looked_after(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Whether a client is theirs who asks, or nobody's. Whoever nobody looks after is theirs who look
-- after the clients beside whom it stands; who is offered to all is everybody's. Who was taken from
-- beside a client has paid for it: that is no reason to become everybody's.
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
      WHERE organization_id = mine AND id = subject AND (shared OR NOT EXISTS (
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
CREATE OR REPLACE FUNCTION client_in_sight(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Also who stands beside a client that is looked after or pays for one, and whoever is booked in
-- the own diary; and who pays a paper of these, whatever sessions say of their payer since.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
BEGIN
  RETURN looked_after(subject)
    OR EXISTS (SELECT FROM clients_contact AS contact
      WHERE contact.organization_id = mine AND contact.party_id = subject
        AND looked_after(contact.client_id))
    OR EXISTS (SELECT FROM diary_booking
      WHERE organization_id = mine AND client_id = subject AND kind = 'session'
        AND practitioner_id = me)
    OR EXISTS (SELECT FROM diary_booking
      WHERE organization_id = mine AND recipient_id = subject
        AND (practitioner_id = me OR looked_after(client_id)))
    OR EXISTS (SELECT FROM documents_standing AS paper
      JOIN documents_line AS line
        ON line.organization_id = mine AND line.document_id = paper.id
      JOIN diary_booking AS booking
        ON booking.organization_id = mine AND booking.id = line.source_id
      WHERE paper.organization_id = mine AND paper.recipient_id = subject
        AND booking.client_id IS NOT NULL AND paper_in_sight(paper.id, subject))
    OR EXISTS (SELECT FROM documents_draft AS paper
      JOIN documents_draftline AS line
        ON line.organization_id = mine AND line.draft_id = paper.id
      WHERE paper.organization_id = mine AND paper.recipient_id = subject
        AND line.served_id IS NOT NULL AND draft_in_sight(paper.id, paper.credits_id, subject));
END $$
CREATE OR REPLACE FUNCTION clients_in_sight() RETURNS SETOF uuid
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 ROWS 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- All of whom client_in_sight() says yes, so that a row of others costs a look into a hash and no
-- call. The scope has gathered them when it was opened: until its transaction writes, that holds.
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
    WITH RECURSIVE kept AS MATERIALIZED (
      SELECT client_id AS id FROM clients_care WHERE organization_id = mine AND person_id = me
    ), unkept AS MATERIALIZED (
      SELECT client.id, client.shared, client.served FROM clients_client AS client
        WHERE client.organization_id = mine AND NOT EXISTS (SELECT FROM clients_care AS care
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
    ), booked AS ( -- each client once, however many sessions there are
      (SELECT client_id AS id FROM diary_booking
        WHERE organization_id = mine AND practitioner_id = me AND kind = 'session'
        ORDER BY client_id LIMIT 1)
      UNION ALL
      SELECT (SELECT client_id FROM diary_booking
          WHERE organization_id = mine AND practitioner_id = me AND kind = 'session'
            AND client_id > booked.id ORDER BY client_id LIMIT 1)
        FROM booked WHERE booked.id IS NOT NULL
    ), near AS MATERIALIZED (
      SELECT id FROM looked_after
      UNION SELECT party_id FROM beside WHERE client_id IN (SELECT id FROM looked_after)
      UNION SELECT id FROM booked WHERE id IS NOT NULL
      UNION SELECT recipient_id FROM diary_booking
        WHERE organization_id = mine AND recipient_id IS NOT NULL
          AND client_id IN (SELECT id FROM looked_after)
      UNION SELECT recipient_id FROM diary_booking
        WHERE organization_id = mine AND recipient_id IS NOT NULL AND practitioner_id = me
          AND client_id IN (SELECT id FROM booked)
    ), session AS MATERIALIZED (
      SELECT id FROM diary_booking WHERE organization_id = mine AND client_id IS NOT NULL
        AND (practitioner_id = me OR client_id IN (SELECT id FROM looked_after))
    )
    SELECT id FROM near
    UNION SELECT paper.recipient_id FROM session
      JOIN documents_line AS line ON line.organization_id = mine AND line.source_id = session.id
      JOIN documents_standing AS paper
        ON paper.organization_id = mine AND paper.id = line.document_id
      WHERE paper.recipient_id NOT IN (SELECT id FROM near)
        AND paper_in_sight(paper.id, paper.recipient_id)
    UNION SELECT paper.recipient_id FROM documents_draftline AS line
      JOIN documents_draft AS paper
        ON paper.organization_id = mine AND paper.id = line.draft_id
      WHERE line.organization_id = mine AND line.served_id IS NOT NULL
        AND (line.source_id IN (SELECT id FROM session)
          OR line.served_id IN (SELECT id FROM looked_after))
        AND paper.recipient_id NOT IN (SELECT id FROM near)
        AND draft_in_sight(paper.id, paper.credits_id, paper.recipient_id);
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
-- pays where it bills none; such a one also by who issued it.
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
    RETURN looked_after(payer) OR EXISTS (SELECT FROM documents_document
      WHERE organization_id = mine AND id = invoice AND issued_by = me);
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
CREATE OR REPLACE FUNCTION subject_in_sight(subject uuid) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Whatever an id stands for that others name as their subject; null where nothing here has it.
DECLARE
  mine CONSTANT uuid := current_organization();
  me CONSTANT uuid := current_setting('app.clients_of')::uuid;
  seen boolean;
BEGIN
  SELECT paper_in_sight(coalesce(corrects_id, id), recipient_id) AND client_in_sight(recipient_id)
    INTO seen
    FROM documents_document WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  SELECT draft_in_sight(id, credits_id, recipient_id)
      AND (recipient_id IS NULL OR client_in_sight(recipient_id)) INTO seen
    FROM documents_draft WHERE organization_id = mine AND id = subject;
  IF FOUND THEN
    RETURN seen;
  END IF;
  IF EXISTS (SELECT FROM clients_client WHERE organization_id = mine AND id = subject) THEN
    RETURN looked_after(subject);
  END IF;
  SELECT practitioner_id = me
      OR EXISTS (SELECT FROM diary_grant
        WHERE organization_id = mine AND owner_id = booking.practitioner_id AND to_id = me)
      AND (client_id IS NULL OR looked_after(client_id)) INTO seen
    FROM diary_booking AS booking WHERE organization_id = mine AND id = subject;
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
CREATE OR REPLACE FUNCTION event_in_sight(subject uuid, person uuid, kind text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE COST 1 SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$
-- Of what is gone, everybody sees what they did themselves; of the house, everybody sees all.
BEGIN
  RETURN coalesce(person = current_setting('app.clients_of')::uuid, false)
    OR coalesce(subject_in_sight(subject),
      split_part(kind, '.', 1) IN ('organization', 'member', 'service', 'numbering', 'diary'));
END $$
