import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';

import { App } from './app.js';
import { openSessionKeeper, SessionProvider } from './session/session-context.js';
import './styles/base.css';
import './styles/controls.css';
import './styles/header.css';
import './styles/floor.css';
import './styles/tile.css';
import './styles/machine.css';
import './styles/pages.css';
import './styles/access.css';
import './styles/audit.css';

const element = document.getElementById('panel');
if (!element) throw new Error('index.html has no #panel');

createRoot(element).render(
  <StrictMode>
    <SessionProvider keeper={openSessionKeeper()}>
      <App />
    </SessionProvider>
  </StrictMode>,
);
