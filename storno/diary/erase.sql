CREATE OR REPLACE FUNCTION erase_session_letters(subject uuid) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  mine CONSTANT uuid := current_organization();
  told uuid[];
  erased bigint;
BEGIN
  -- Only of somebody who is being erased, which the application cannot take back.
  PERFORM FROM clients_client
    WHERE organization_id = mine AND id = subject AND erasing_at IS NOT NULL
    FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'client % is not being erased', subject
      USING ERRCODE = 'insufficient_privilege';
  END IF;
  SELECT array_agg(letter.id) INTO told
    FROM mailroom_letter AS letter
    WHERE letter.organization_id = mine AND letter.kind LIKE 'session\_%' AND letter.subject_id IN (
      SELECT id FROM diary_booking WHERE organization_id = mine AND client_id = subject
      UNION ALL
      SELECT id FROM diary_series WHERE organization_id = mine AND client_id = subject);
  DELETE FROM archive_file WHERE organization_id = mine AND subject_id = ANY(told);
  DELETE FROM mailroom_letter WHERE organization_id = mine AND id = ANY(told);
  GET DIAGNOSTICS erased = ROW_COUNT;
  RETURN erased;
END $$
